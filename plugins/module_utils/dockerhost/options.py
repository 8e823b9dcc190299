# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's options and its unit's drop-in, from what the role was told. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings

_CONTAINERD = "/run/containerd/containerd.sock"


def engine_options(settings: Settings) -> t.Dict[str, t.Any]:
    """The role's own options, and the user's over them; one that the user sets to null is left to the engine."""
    options = {**_common(settings), "live-restore": settings.live_restore}
    if settings.userns_remap:
        options["userns-remap"] = settings.userns_remap
    if settings.metrics_address:
        options["metrics-addr"] = settings.metrics_address
    if settings.firewall:
        # Docker's proxy would take IPv6 clients past the rules: they reach it as a service of the host.
        options["userland-proxy"] = False
    options.update(_tls(settings))
    return _without_nulls({**options, **settings.daemon_options})


def rootless_options(settings: Settings) -> t.Dict[str, t.Any]:
    """For engines of users, which have neither live-restore nor ports of the system."""
    return _without_nulls({**_common(settings), **settings.rootless_options})


def _common(settings: Settings) -> t.Dict[str, t.Any]:
    options: t.Dict[str, t.Any] = {
        "log-driver": "json-file",
        "log-opts": {"max-size": settings.log_max_size, "max-file": str(settings.log_max_files)},
    }
    if settings.registry_mirrors:
        options["registry-mirrors"] = list(settings.registry_mirrors)
    if settings.address_pools:
        options["default-address-pools"] = [
            {"base": pool["base"], "size": int(pool["size"])} for pool in settings.address_pools
        ]
    if settings.has_proxy and settings.knows_proxies:
        options["proxies"] = _proxies(settings)
    return options


def _without_nulls(options: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    return {key: value for key, value in options.items() if value is not None}


def _proxies(settings: Settings) -> t.Dict[str, str]:
    found = {
        "http-proxy": settings.proxy.get("http") or "",
        "https-proxy": settings.proxy.get("https") or "",
        "no-proxy": ",".join(settings.proxy.get("no_proxy") or ()),
    }
    return {key: value for key, value in found.items() if value}


def _tls(settings: Settings) -> t.Dict[str, t.Any]:
    if not settings.tls:
        return {}
    where = settings.tls_directory
    return {
        "hosts": ["fd://", f"tcp://{settings.tls_address}"],
        "tlsverify": True,
        "tlscacert": f"{where}/ca.pem",
        "tlscert": f"{where}/server.pem",
        "tlskey": f"{where}/server-key.pem",
    }


def drop_in(settings: Settings) -> str:
    """What docker.service must be told beside its own file; empty where that is nothing."""
    lines = []
    if settings.tls:
        # The packages' units name the engine's sockets on its command line, where daemon.json must not repeat them.
        # An engine from an archive starts a containerd of its own.
        containerd = "" if settings.source == "static" else f" --containerd={_CONTAINERD}"
        lines += ["ExecStart=", f"ExecStart={settings.program}{containerd}"]
    lines += [f'Environment="{name}={value}"' for name, value in unit_proxies(settings).items()]
    return "\n".join(["# Written by the role docker_host.", "[Service]", *lines]) + "\n" if lines else ""


def unit_proxies(settings: Settings) -> t.Dict[str, str]:
    """Where the engine's own file cannot say it."""
    found = _proxies(settings) if settings.proxy_by_unit else {}
    return {name.upper().replace("-", "_"): value for name, value in found.items()}


def client_proxies(settings: Settings) -> t.Dict[str, str]:
    """For containers: the docker command puts these into their environment."""
    names = {"http-proxy": "httpProxy", "https-proxy": "httpsProxy", "no-proxy": "noProxy"}
    return {names[key]: value for key, value in _proxies(settings).items()} if settings.has_proxy else {}
