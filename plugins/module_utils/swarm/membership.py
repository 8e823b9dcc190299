# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine knows of the swarm that it is in. Pure, but for reading it by the engine's API and from its disk."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.locking import is_locked

INACTIVE, PENDING, ACTIVE, ERROR, LOCKED = "inactive", "pending", "active", "error", "locked"
WORKER, MANAGER = "worker", "manager"
_UNAVAILABLE = 503
#: How engines say by other codes that nobody can decide: without a leader for long, and while one is sought.
_LEADERLESS = ("not have a leader", "no elected primary", "lost leader status", "deadline exceeded")


@dataclass(frozen=True)
class Node:
    """A node as the managers see it."""

    id: str
    hostname: str
    role: str
    availability: str
    state: str
    address: str
    labels: t.Mapping[str, str]
    engine_version: str = ""
    leader: bool = False
    reachability: str = ""
    #: Where a manager listens, address and port.
    manager_addr: str = ""
    #: What an update must name, so that it does not undo another one.
    index: int = 0

    @property
    def down(self) -> bool:
        return self.state == "down"

    @property
    def votes(self) -> bool:
        return self.role == MANAGER and self.reachability == "reachable"

    def shown(self) -> t.Dict[str, t.Any]:
        return {key: value for key, value in asdict(self).items() if key != "index"}


@dataclass(frozen=True)
class Membership:
    """What one engine is in a swarm."""

    state: str
    name: str
    engine_version: str
    live_restore: bool
    #: The state on disk needs the unlock key whenever the engine has been restarted.
    locks: bool = False
    node_id: str = ""
    address: str = ""
    manager: bool = False
    cluster_id: str = ""
    error: str = ""
    remote_managers: t.Tuple[str, ...] = ()
    #: A manager that can speak for the swarm: it has a leader.
    quorum: bool = False
    nodes: t.Tuple[Node, ...] = ()

    def shown(self) -> t.Dict[str, t.Any]:
        return {
            **{key: value for key, value in asdict(self).items() if key != "nodes"},
            "remote_managers": list(self.remote_managers),
            "nodes": [node.shown() for node in self.nodes],
        }


def read_membership(api: EngineApi) -> Membership:
    """What the engine says of itself, and on a manager with quorum of all nodes."""
    info = api.get("/info")
    locks = is_locked(Path(info.get("DockerRootDir") or "/var/lib/docker") / "swarm")
    member = replace(parse_info(info), locks=locks)
    if not member.manager or member.state != ACTIVE:
        return member
    try:
        nodes = read_nodes(api)
    except ApiError as exc:
        if exc.status != _UNAVAILABLE and not any(words in exc.message for words in _LEADERLESS):
            raise
        return replace(member, error=member.error or exc.message)
    return replace(member, quorum=True, nodes=nodes)


def parse_info(info: t.Mapping[str, t.Any]) -> Membership:
    swarm = info.get("Swarm") or {}
    return Membership(
        state=swarm.get("LocalNodeState") or INACTIVE,
        name=str(info.get("Name") or ""),
        engine_version=str(info.get("ServerVersion") or ""),
        live_restore=bool(info.get("LiveRestoreEnabled")),
        node_id=swarm.get("NodeID") or "",
        address=swarm.get("NodeAddr") or "",
        manager=bool(swarm.get("ControlAvailable")),
        cluster_id=(swarm.get("Cluster") or {}).get("ID") or "",
        error=swarm.get("Error") or "",
        remote_managers=tuple(str(one.get("Addr")) for one in swarm.get("RemoteManagers") or []),
    )


def read_nodes(api: EngineApi) -> t.Tuple[Node, ...]:
    return tuple(sorted((parse_node(item) for item in api.get("/nodes")), key=lambda node: (node.hostname, node.id)))


def _address(address: str, manager_addr: str) -> str:
    """The leader does not see itself come from anywhere: what it is known by is where it listens."""
    return manager_addr.rpartition(":")[0] if manager_addr and not address.strip("0.:") else address


def parse_node(item: t.Mapping[str, t.Any]) -> Node:
    spec, status = item.get("Spec") or {}, item.get("Status") or {}
    description, manager = item.get("Description") or {}, item.get("ManagerStatus") or {}
    return Node(
        id=str(item["ID"]),
        hostname=str(description.get("Hostname") or ""),
        role=spec.get("Role") or WORKER,
        availability=spec.get("Availability") or "active",
        state=status.get("State") or "unknown",
        address=_address(status.get("Addr") or "", manager.get("Addr") or ""),
        labels=spec.get("Labels") or {},
        engine_version=(description.get("Engine") or {}).get("EngineVersion") or "",
        leader=bool(manager.get("Leader")),
        reachability=manager.get("Reachability") or "",
        manager_addr=manager.get("Addr") or "",
        index=int((item.get("Version") or {}).get("Index") or 0),
    )
