# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watches the containers of a project until all are well, or one can no longer be."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Container

_PAUSE = 0.5
#: A container that died once may have come too early; one that died twice after its start dies again.
_RESTARTS = 2

Look = t.Callable[[], t.Sequence[Container]]


class NotUp(SlipwayError):
    """A container cannot become healthy, or the time is over. `containers`: as they were then."""

    def __init__(self, message: str, containers: t.Sequence[Container]) -> None:
        super().__init__(message)
        self.containers = containers


def doomed(container: Container) -> bool:
    """It will not become healthy by waiting."""
    if container.oneoff:
        return False
    if container.state == "dead" or (container.state == "exited" and not container.finished):
        return True
    crashes = container.exit_code != 0 and container.restarts >= _RESTARTS
    return crashes or (container.state == "running" and container.health == "unhealthy")


def settled(containers: t.Sequence[Container]) -> bool:
    return all(c.up or c.finished for c in containers if not c.oneoff)


def wait_until_up(
    look: Look,
    timeout: float,
    progress: t.Callable[[str], None],
    clock: t.Callable[[], float] = time.monotonic,
    pause: t.Callable[[float], None] = time.sleep,
) -> None:
    """Returns when all are up; raises NotUp as soon as that cannot be any more."""
    end, told = clock() + timeout, ""
    while True:
        containers = look()
        if any(doomed(c) for c in containers):
            raise NotUp("a container cannot become healthy", containers)
        if settled(containers):
            return
        if clock() >= end:
            raise NotUp(f"not all containers were healthy within {timeout:g} s", containers)
        told = _tell(containers, told, progress)
        pause(_PAUSE)


def _tell(containers: t.Sequence[Container], told: str, progress: t.Callable[[str], None]) -> str:
    """Say what is waited for, when that changed."""
    waiting = [f"{c.name} {c.health or c.state}" for c in containers if not (c.up or c.finished or c.oneoff)]
    line = "waiting for " + ", ".join(waiting)
    if line != told:
        progress(line)
    return line
