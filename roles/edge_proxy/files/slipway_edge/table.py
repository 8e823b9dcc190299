# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in which pool: containers as the engine tells them, and who was taken out. Pure: it is told the time."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from slipway_edge.config import RoutedPool, key_of
from slipway_edge.engine import Container, Endpoint
from slipway_edge.labels import Pool

#: A container that got its stop signal is out for this long, though it still runs: it may have ignored the signal.
STOPPING_SECONDS = 60.0
_SIGNALS = {"15": "SIGTERM", "3": "SIGQUIT", "2": "SIGINT"}


@dataclass
class Table:
    """`drained` and `healthy`: container id -> the start for which that holds; a restart makes it a new one."""

    containers: dict[str, Container] = field(default_factory=dict)
    drained: dict[str, str] = field(default_factory=dict)
    healthy: dict[str, str] = field(default_factory=dict)
    stopping: dict[str, float] = field(default_factory=dict)
    #: When each pool last had a container.
    seen: dict[Pool, float] = field(default_factory=dict)
    ports: dict[Pool, tuple[int, ...]] = field(default_factory=dict)
    priorities: dict[Pool, int] = field(default_factory=dict)

    def update(self, containers: t.Iterable[Container], now: float) -> None:
        """The engine's whole answer replaces what was known."""
        self.containers = {container.id: container for container in containers}
        started = {ident: container.started for ident, container in self.containers.items()}
        self.drained = {ident: since for ident, since in self.drained.items() if started.get(ident) == since}
        self.healthy = {ident: since for ident, since in self.healthy.items() if started.get(ident) == since}
        self.stopping = {ident: until for ident, until in self.stopping.items() if ident in started and until > now}
        for ident, container in self.containers.items():
            if container.health == "healthy":
                self.healthy[ident] = container.started
            elif container.health == "unhealthy":
                self.healthy.pop(ident, None)
        self._note_pools(now)

    def _note_pools(self, now: float) -> None:
        ports: dict[Pool, set[int]] = {}
        priorities: dict[Pool, int] = {}
        for _container, endpoint in self.endpoints():
            pool = endpoint.route.pool
            ports.setdefault(pool, set()).add(endpoint.route.port)
            priorities[pool] = max(priorities.get(pool, endpoint.route.priority), endpoint.route.priority)
            self.seen[pool] = now
        self.ports.update({pool: tuple(sorted(found)) for pool, found in ports.items()})
        self.priorities.update(priorities)

    def pools(self, now: float, linger: float) -> list[RoutedPool]:
        """What Caddy's configuration holds: a pool without a container stays a while, for the next one."""
        for pool in [pool for pool, seen in self.seen.items() if now - seen > linger]:
            for known in (self.seen, self.ports, self.priorities):
                known.pop(pool, None)
        return [RoutedPool(pool, self.ports[pool], self.priorities.get(pool, 0)) for pool in sorted(self.seen)]

    def endpoints(self) -> t.Iterator[tuple[Container, Endpoint]]:
        for container in self.containers.values():
            for endpoint in container.endpoints:
                yield container, endpoint

    def state(self, container: Container, now: float) -> str:
        """`in`, `draining`, or `out` with its reason."""
        if self.drained.get(container.id) == container.started:
            return "draining"
        if self.stopping.get(container.id, 0.0) > now:
            return "out: it is being stopped"
        if container.paused:
            return "out: it is paused"
        if container.health == "unhealthy":
            return "out: it is unhealthy"
        # An engine that starts again calls what runs "starting" until its next check.
        if container.health == "starting" and self.healthy.get(container.id) != container.started:
            return "out: its health is not known yet"
        return "in"

    def addresses(self, key: str, port: int, now: float) -> list[str] | None:
        """Of those that are in; None where there is no such pool."""
        if not any(key_of(pool) == key for pool in self.seen):
            return None
        found = {
            endpoint.address
            for container, endpoint in self.endpoints()
            if endpoint.route.port == port and key_of(endpoint.route.pool) == key and self.state(container, now) == "in"
        }
        return sorted(found)

    def drain(self, ident: str) -> None:
        self.drained[ident] = self.containers[ident].started

    def undrain(self, ident: str) -> None:
        self.drained.pop(ident, None)
        self.stopping.pop(ident, None)

    def gone(self, ident: str) -> bool:
        """It died, before we asked the engine again."""
        return self.containers.pop(ident, None) is not None

    def signalled(self, ident: str, signal: str, now: float) -> bool:
        """`docker stop` says so before the process gets its signal."""
        container = self.containers.get(ident)
        name = _SIGNALS.get(signal, signal)
        if container is None or name not in (container.stop_signal, "SIGTERM", "9", "SIGKILL"):
            return False
        self.stopping[ident] = now + STOPPING_SECONDS
        return True
