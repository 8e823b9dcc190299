# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service of the project as Compose resolved it, in the words that deciding needs: pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL
from ansible_collections.slipway.deploy.plugins.module_utils.engine.edge import ROUTE_LABEL

START_FIRST, STOP_FIRST = "start-first", "stop-first"
STARTED, HEALTHY, COMPLETED = "service_started", "service_healthy", "service_completed_successfully"
_DURATION = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_NAMESPACES = ("network_mode", "ipc", "pid")


@dataclass(frozen=True)
class Dependency:
    """What `depends_on` says of one service."""

    condition: str = STARTED
    restart: bool = False


@dataclass(frozen=True)
class Update:
    """How containers are replaced: `deploy.update_config`, else the task's options."""

    parallelism: int = 1
    delay: float = 0.0
    monitor: float = 0.0
    #: None: start-first where nothing forbids it.
    order: t.Optional[str] = None


@dataclass(frozen=True)
class Service:
    """`config` is the resolved mapping; `digest` is the hash of it that it has as a label."""

    name: str
    config: t.Mapping[str, t.Any]
    digest: str
    replicas: int = 1
    needs: t.Mapping[str, Dependency] = field(default_factory=dict)
    #: Services whose network, process space or volumes it shares: they go together.
    shares: t.FrozenSet[str] = frozenset()
    update: Update = Update()

    @property
    def routed(self) -> bool:
        return any(label.startswith(ROUTE_LABEL) for label in self.config.get("labels") or {})

    @property
    def fixed_ports(self) -> t.List[str]:
        """Ports of the host that it takes, as 127.0.0.1:8080/tcp."""
        found = (port for port in self.config.get("ports") or [] if port.get("published") not in (None, "", "0"))
        return [f"{p.get('host_ip') or '0.0.0.0'}:{p['published']}/{p.get('protocol') or 'tcp'}" for p in found]  # noqa: S104 a name of what Docker does

    @property
    def before(self) -> t.Set[str]:
        """What must be there first."""
        return set(self.needs) | self.shares


def read_services(
    document: t.Mapping[str, t.Any],
    default: Update = Update(),
) -> t.Dict[str, Service]:
    """In the order in which they must be there."""
    services = document.get("services") or {}
    read = {name: _service(name, services[name], services, default) for name in services}
    return {name: read[name] for name in in_order({name: service.before for name, service in read.items()})}


def _service(name: str, config: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any], default: Update) -> Service:
    deploy = config.get("deploy") or {}
    replicas = config.get("scale", deploy.get("replicas", 1))
    needs = {
        other: Dependency(said.get("condition") or STARTED, bool(said.get("restart")))
        for other, said in (config.get("depends_on") or {}).items()
        if other in services
    }
    shares = [str(config.get(key) or "").partition("service:")[2] for key in _NAMESPACES]
    shares += [str(other).partition(":")[0] for other in config.get("volumes_from") or []]
    return Service(
        name,
        config,
        (config.get("labels") or {}).get(CONFIG_LABEL, ""),
        int(replicas),
        needs,
        frozenset(shares) & frozenset(services),
        _update(deploy.get("update_config") or {}, default),
    )


def _update(said: t.Mapping[str, t.Any], default: Update) -> Update:
    return Update(
        parallelism=max(1, int(said.get("parallelism") or default.parallelism)),
        delay=seconds(said["delay"]) if "delay" in said else default.delay,
        monitor=seconds(said["monitor"]) if "monitor" in said else default.monitor,
        order=said.get("order") or default.order,
    )


def seconds(text: t.Any) -> float:
    """A duration as Compose writes it: 1m30s."""
    return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(str(text)))


def in_order(before: t.Mapping[str, t.AbstractSet[str]]) -> t.List[str]:
    """Each after what it needs, else by name."""
    left, done = dict(before), []  # type: t.Dict[str, t.AbstractSet[str]], t.List[str]
    while left:
        ready = sorted(name for name, others in left.items() if not set(others) & set(left))
        if not ready:
            raise InputError(f"These services wait for one another: {', '.join(sorted(left))}.")
        done += ready
        left = {name: others for name, others in left.items() if name not in ready}
    return done


def obstacles(service: Service) -> t.List[str]:
    """Why a second container cannot run beside the first, if it cannot."""
    found = [f"port {port} of the host can be taken only once" for port in service.fixed_ports]
    if service.config.get("container_name"):
        found.append(f"container_name {service.config['container_name']} can be given only once")
    if service.config.get("network_mode") == "host":
        found.append("with network_mode host its ports can be taken only once")
    fixed = [
        name
        for name, said in (service.config.get("networks") or {}).items()
        if (said or {}).get("ipv4_address") or (said or {}).get("ipv6_address")
    ]
    found += [f"its address on network {name} can be given only once" for name in fixed]
    return found
