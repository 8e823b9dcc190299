# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next step from the containers that are there to the containers that are wanted, for one service: pure.

Asked again after each step, so that it does not matter who made the containers: a run that was killed left some, and
they are adopted or removed like any others.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container, doomed
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import START_FIRST


@dataclass(frozen=True)
class Create:
    """That many more containers."""

    count: int


@dataclass(frozen=True)
class Start:
    names: t.Tuple[str, ...]


@dataclass(frozen=True)
class Remove:
    names: t.Tuple[str, ...]


Step = t.Union[Create, Start, Remove]


@dataclass(frozen=True)
class Sorted:
    """A service's containers by what becomes of them."""

    #: As wanted, or on the way to it.
    good: t.Tuple[Container, ...]
    #: As wanted, but not started.
    idle: t.Tuple[Container, ...]
    #: Of another configuration, and running: they still serve.
    stale: t.Tuple[Container, ...]
    #: Of no use to anybody: of another configuration and down, or as wanted and beyond help.
    dead: t.Tuple[Container, ...]


def sort(containers: t.Sequence[Container], digest: str) -> Sorted:
    ours = sorted((c for c in containers if not c.oneoff), key=lambda c: (c.number, c.name))
    wanted = [c for c in ours if c.config_hash == digest]
    others = [c for c in ours if c.config_hash != digest]
    lost = [c for c in wanted if c.state == "dead" or (c.state == "running" and doomed(c))]
    idle = [c for c in wanted if c.state in ("created", "exited", "paused") and not c.finished]
    return Sorted(
        good=tuple(c for c in wanted if c not in lost and c not in idle),
        idle=tuple(idle),
        stale=tuple(c for c in others if c.state == "running"),
        dead=tuple(lost + [c for c in others if c.state != "running"]),
    )


def next_step(
    containers: t.Sequence[Container], digest: str, replicas: int, order: str, parallelism: int
) -> t.Optional[Step]:
    """None when all is as wanted. Every step is followed by a wait until `good` ones are healthy."""
    now = sort(containers, digest)
    if now.dead:
        return Remove(_names(now.dead))
    if now.idle:
        return Start(_names(now.idle))
    missing = replicas - len(now.good)
    if missing > 0:
        return _add(now, replicas, missing, order, parallelism)
    if now.stale:
        return Remove(_names(now.stale[:parallelism]))
    if missing < 0:
        return Remove(_names(now.good[replicas:]))
    return None


def _add(now: Sorted, replicas: int, missing: int, order: str, parallelism: int) -> Step:
    running = len(now.good) + len(now.stale)
    beside = parallelism if order == START_FIRST else 0
    room = replicas + beside - running
    if room > 0:
        # What was never there (scaled up) need not come one by one.
        return Create(min(missing, max(room, replicas - running)))
    # Never below what is wanted (start-first), or below it by so many (stop-first).
    spare = max(running - replicas, 0) if order == START_FIRST else max(running - replicas, 0) + parallelism
    return Remove(_names(now.stale[: max(1, min(parallelism, spare))]))


def _names(containers: t.Iterable[Container]) -> t.Tuple[str, ...]:
    return tuple(c.name for c in containers)
