# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what Compose says to what `docker stack deploy` takes, with images, secrets and configs by version. Pure."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

DEFINITION = "slipway.deploy.definition"
NAMESPACE = "com.docker.stack.namespace"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
#: What a stack's service may say. The rest of Compose has no meaning in a swarm, and `docker stack deploy` refuses it.
_KNOWN = frozenset(
    {"cap_add", "cap_drop", "command", "configs", "credential_spec", "deploy", "dns", "dns_search", "entrypoint"}
    | {"environment", "expose", "extra_hosts", "healthcheck", "hostname", "image", "init", "isolation", "labels"}
    | {"logging", "networks", "ports", "read_only", "secrets", "stdin_open", "stop_grace_period", "stop_signal"}
    | {"sysctls", "tmpfs", "tty", "ulimits", "user", "volumes", "working_dir"}
)
#: What makes sense in a Compose file that is used for both, and needs no word.
_QUIET = frozenset({"build", "container_name", "depends_on", "develop", "profiles", "pull_policy", "restart"})
#: What a swarm does without: said as a warning, since it may be what keeps a container in.
_WITHOUT = frozenset(
    {"cgroup", "cgroup_parent", "cgroupns_mode", "devices", "domainname", "external_links", "ipc", "links"}
    | {"mac_address", "network_mode", "pid", "privileged", "security_opt", "shm_size", "userns_mode"}
)
_INSTEAD = {
    "mem_limit": "deploy.resources.limits.memory",
    "memswap_limit": "deploy.resources.limits.memory",
    "mem_reservation": "deploy.resources.reservations.memory",
    "cpus": "deploy.resources.limits.cpus",
    "pids_limit": "deploy.resources.limits.pids",
    "scale": "deploy.replicas",
    "platform": "deploy.placement.constraints (node.platform.arch)",
}


@dataclass(frozen=True)
class Rendered:
    """A stack as it is deployed."""

    file: t.Mapping[str, t.Any]
    #: Service -> hash of all that it is made of.
    hashes: t.Mapping[str, str]
    depends_on: t.Mapping[str, t.Tuple[str, ...]] = field(default_factory=dict)
    warnings: t.Tuple[str, ...] = ()

    def text(self) -> str:
        return json.dumps(self.file, sort_keys=True)

    def digest(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()


def check_name(stack: str) -> None:
    if not _NAME.match(stack):
        raise InputError(f"name '{stack}': use lower-case letters, digits, '-' and '_'.")


def images_of(config: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """Service -> image, as the file has it."""
    services = config.get("services") or {}
    if not services:
        raise InputError("The Compose file has no service.")
    for name, service in services.items():
        if not service.get("image"):
            raise InputError(f"services.{name} has no image: a swarm builds none, name one in 'image'.")
    return {name: str(service["image"]) for name, service in services.items()}


def render(
    config: t.Mapping[str, t.Any],
    pins: t.Mapping[str, str],
    secrets: t.Mapping[str, str],
    configs: t.Mapping[str, str],
) -> Rendered:
    """`pins`: image -> image by digest. `secrets`, `configs`: key in the file -> name in the swarm."""
    services = {name: _service(name, item, pins) for name, item in sorted((config.get("services") or {}).items())}
    networks = {name: _network(item) for name, item in sorted((config.get("networks") or {}).items())}
    top = {
        "secrets": {key: {"external": True, "name": name} for key, name in sorted(secrets.items())},
        "configs": {key: {"external": True, "name": name} for key, name in sorted(configs.items())},
    }
    hashes = {}
    for name, service in services.items():
        used = {kind: [top[kind].get(one["source"]) for one in service.get(kind, [])] for kind in top}
        hashes[name] = _hash([service, used])
        deploy = service.setdefault("deploy", {})
        deploy["labels"] = {**(deploy.get("labels") or {}), DEFINITION: hashes[name]}
    file = {"services": services, "networks": networks, "volumes": _volumes(config), **top}
    return Rendered(
        file={key: value for key, value in file.items() if value},
        hashes=hashes,
        depends_on={name: tuple(item.get("depends_on") or ()) for name, item in (config.get("services") or {}).items()},
        warnings=tuple(_warnings(config)),
    )


def _service(name: str, given: t.Mapping[str, t.Any], pins: t.Mapping[str, str]) -> t.Dict[str, t.Any]:
    for key, value in given.items():
        if key not in _KNOWN | _QUIET | _WITHOUT and not key.startswith("x-") and value is not None:
            instead = f"use {_INSTEAD[key]}" if key in _INSTEAD else "leave it out"
            raise InputError(f"services.{name}.{key}: a swarm has no such option, {instead}.")
    service = {key: copy.deepcopy(value) for key, value in given.items() if key in _KNOWN and value is not None}
    service["image"] = pins.get(service["image"], service["image"])
    if "networks" in service:
        service["networks"] = {key: _without_nulls(value or {}) for key, value in service["networks"].items()}
    if "ports" in service:
        service["ports"] = [_port(port) for port in service["ports"]]
    if "volumes" in service:
        service["volumes"] = [_volume(volume) for volume in service["volumes"]]
    if "extra_hosts" in service:
        service["extra_hosts"] = [str(host).replace("=", ":", 1) for host in service["extra_hosts"]]
    for limits in ((service.get("deploy") or {}).get("resources") or {}).values():
        if "cpus" in limits:
            limits["cpus"] = str(limits["cpus"])
    return service


def _port(port: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    kept = {key: port[key] for key in ("mode", "protocol", "target") if key in port}
    published = str(port.get("published") or "")
    if not published:
        return kept
    if not published.isdigit():
        raise InputError(f"ports: '{published}' is a range: a swarm publishes one port at a time.")
    return {**kept, "published": int(published)}


def _volume(volume: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    kept = dict(volume)
    bind = {key: value for key, value in (kept.pop("bind", None) or {}).items() if key == "propagation"}
    return {key: value for key, value in {**kept, "bind": bind}.items() if value not in (None, {})}


def _network(given: t.Mapping[str, t.Any] | None) -> t.Dict[str, t.Any]:
    network = {key: value for key, value in (given or {}).items() if value not in (None, {}, [])}
    if network.get("external"):
        return network
    network.pop("name", None)
    return {**network, "labels": {**(network.get("labels") or {}), DEFINITION: _hash(network)}}


def _volumes(config: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    return {key: _without_nulls(value or {}) for key, value in sorted((config.get("volumes") or {}).items())}


def _without_nulls(value: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    return {key: item for key, item in value.items() if item is not None}


def _warnings(config: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    for name, service in sorted((config.get("services") or {}).items()):
        lost = sorted(key for key in service if key in _WITHOUT and service[key] not in (None, [], {}, False))
        if lost:
            yield f"services.{name}: a swarm does without {', '.join(lost)}."


def _hash(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:24]
