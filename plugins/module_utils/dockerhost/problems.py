# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the role's settings: every problem in a sentence, before a host is touched."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.options import engine_options
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.rootless_problems import rootless_problems
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings
from ansible_collections.slipway.deploy.plugins.module_utils.trust.certificate import check_registry

_ADDRESS = re.compile(r"(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):(\d{1,5})")
_INTERFACE = re.compile(r"[A-Za-z0-9_.@-]{1,15}\+?")
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_SIZE = re.compile(r"\d+[kmg]", re.IGNORECASE)
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_LAST_PORT = 65535


def problems(settings: Settings) -> t.List[str]:
    """A distribution that is not known says all there is to say."""
    distribution = list(_distribution(settings))
    if not settings.known_distribution:
        return distribution
    checks = (_source, _daemon, _addresses, _registries, _proxy, _tls, _firewall, _prune, rootless_problems)
    return distribution + [problem for check in checks for problem in check(settings)]


def _distribution(settings: Settings) -> t.Iterator[str]:
    if not settings.known_distribution:
        yield (
            f"docker_host does not know {settings.distribution}. It supports {settings.supported}; a file of that name"
            " in the role's vars/ adds another."
        )
    elif not settings.recent_enough:
        yield f"{settings.distribution} is too old: docker_host supports {settings.supported}."


def _source(settings: Settings) -> t.Iterator[str]:
    if settings.source == "static":
        yield from _static(settings)
        return
    if settings.static_archive:
        yield "docker_host_static_archive is for docker_host_source: static. Set that, or leave the archive out."
    if not settings.has_engine:
        yield f"{settings.distribution} has no engine of its own. Set docker_host_source: docker (Docker's repository)."
        return
    lacking = [name for name in settings.cli_plugins if name not in settings.plugins_offered]
    if lacking:
        yield (
            f"{settings.distribution} has no package of its own for: {', '.join(lacking)}. Set docker_host_source:"
            " docker (Docker's repository), or leave them out of docker_host_cli_plugins."
        )


def _static(settings: Settings) -> t.Iterator[str]:
    if not settings.static_archive:
        yield "docker_host_source: static needs docker_host_static_archive, a file on the controller or a URL."
    elif "://" not in settings.static_archive and not settings.controller_file(settings.static_archive).is_file():
        yield f"docker_host_static_archive: there is no file {settings.static_archive} on the controller."
    if not settings.version or settings.version == "latest":
        yield "docker_host_source: static needs docker_host_version: the version that the archive holds."
    if not _SHA256.fullmatch(settings.static_checksum):
        yield (
            f"docker_host_static_checksum '{settings.static_checksum}': write the archive's, sha256: and 64 hex digits."
        )


def _daemon(settings: Settings) -> t.Iterator[str]:
    if not _SIZE.fullmatch(settings.log_max_size):
        yield f"docker_host_log_max_size '{settings.log_max_size}': write a number and k, m or g, such as 20m."
    if settings.log_max_files < 1:
        yield f"docker_host_log_max_files: at least 1, not {settings.log_max_files}."
    if settings.tls and "hosts" in settings.daemon_options:
        yield "docker_host_tls and docker_host_daemon_options.hosts both say where the engine listens. Leave one out."
    for address, name in ((settings.metrics_address, "metrics"), (settings.tls_address if settings.tls else "", "tls")):
        if address and not _is_address(address):
            yield f"docker_host_{name}_address '{address}': write an IP address and a port, such as 127.0.0.1:9323."
    if settings.tls and settings.metrics_address.rpartition(":")[2] == settings.tls_address.rpartition(":")[2]:
        yield f"docker_host_metrics_address and docker_host_tls_address have the same port: {settings.tls_address}."


def _is_address(address: str) -> bool:
    found = _ADDRESS.fullmatch(address)
    try:
        ipaddress.ip_address(address.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return found is not None and 0 < int(found.group(3)) <= _LAST_PORT


def _addresses(settings: Settings) -> t.Iterator[str]:
    seen: t.List[t.Any] = []
    for pool in settings.address_pools:
        base, size = str(pool["base"]), int(pool["size"])
        try:
            network = ipaddress.ip_network(base)
        except ValueError as exc:
            yield f"docker_host_address_pools: '{base}' is no network ({exc}): write it as 10.200.0.0/16."
            continue
        if not network.prefixlen <= size <= network.max_prefixlen - 2:
            yield f"docker_host_address_pools: networks of size /{size} cannot be cut out of {base}."
        seen += [network]
        for other in seen[:-1]:
            if other.version == network.version and other.overlaps(network):
                yield f"docker_host_address_pools: {other} and {network} overlap."


def _registries(settings: Settings) -> t.Iterator[str]:
    for item in [*settings.registry_cas, *([{"ca_file": settings.extra_ca_file}] if settings.extra_ca_file else [])]:
        option = "docker_host_registry_cas" if "host" in item else "docker_host_extra_ca_file"
        path = settings.controller_file(item["ca_file"])
        if not path.is_file():
            yield f"{option}: there is no file {item['ca_file']} on the controller."
        elif "host" in item:
            try:
                check_registry(item["host"], path.read_text(encoding="utf-8", errors="replace"))
            except InputError as exc:
                yield f"docker_host_registry_cas: {item['ca_file']}: {exc.message}"
    for mirror in settings.registry_mirrors:
        if not re.match(r"https?://[^/\s]+/?\Z", mirror):
            yield f"docker_host_registry_mirrors: '{mirror}' is no address of a registry, such as https://mirror:5000."
    registries = [item["registry"] for item in settings.registry_credentials]
    for name in sorted({name for name in registries if registries.count(name) > 1}):
        yield f"docker_host_registry_credentials: {name} is listed twice; leave one entry."


def _proxy(settings: Settings) -> t.Iterator[str]:
    for name in ("http", "https"):
        if settings.proxy.get(name) and not re.match(r"(https?|socks5h?)://\S+", settings.proxy[name]):
            yield f"docker_host_proxy.{name} is no URL: write it as http://proxy.example.com:3128."
    if settings.proxy_by_unit and not settings.systemd:
        yield "docker_host_proxy: an engine older than 23.0 takes its proxy from systemd only, which is not here."


def _tls(settings: Settings) -> t.Iterator[str]:
    if settings.tls and not settings.systemd:
        yield "docker_host_tls needs systemd on the host: without it, set hosts in docker_host_daemon_options."


def _firewall(settings: Settings) -> t.Iterator[str]:
    if not settings.firewall:
        if settings.firewall_allow:
            yield "docker_host_firewall_allow has no effect without docker_host_firewall: true."
        return
    if engine_options(settings).get("iptables") is False:
        yield "docker_host_firewall needs Docker's own chains, and docker_host_daemon_options has iptables: false."
    if not settings.systemd:
        yield "docker_host_firewall needs systemd on the host."
    if not settings.firewall_interfaces:
        yield "docker_host_firewall_interfaces: name the interfaces that clients come from."
    for name in settings.firewall_interfaces:
        if not _INTERFACE.fullmatch(name):
            yield f"docker_host_firewall_interfaces: '{name}' is no name of an interface."
    for rule in settings.firewall_allow:
        yield from _rule(rule)


def _rule(rule: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    for source in rule.get("sources") or []:
        try:
            ipaddress.ip_network(source, strict=False)
        except ValueError:
            yield f"docker_host_firewall_allow: '{source}' is no address or network, such as 10.0.0.0/8."
    for port in rule.get("ports") or []:
        found = _PORTS.fullmatch(str(port))
        low, high = (int(found.group(1)), int(found.group(2) or found.group(1))) if found else (0, 0)
        if not 0 < low <= high <= _LAST_PORT:
            yield f"docker_host_firewall_allow: '{port}' is no port or range of ports, such as 443 or 8000-8099."


def _prune(settings: Settings) -> t.Iterator[str]:
    if settings.prune and not settings.systemd:
        yield "docker_host_prune needs systemd on the host."
    if settings.prune_keep_hours < 1:
        yield f"docker_host_prune_keep_hours: at least 1, not {settings.prune_keep_hours}."
