# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watches containers until all are well, or one can no longer be."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container, doomed

_PAUSE = 0.3
Look = t.Callable[[], t.Sequence[Container]]


class NotUp(SlipwayError):
    """A container cannot become healthy, or the time is over. `containers`: as they were then."""

    def __init__(self, message: str, containers: t.Sequence[Container]) -> None:
        super().__init__(message)
        self.containers = containers


def settled(containers: t.Sequence[Container]) -> bool:
    return all(c.up or c.finished for c in containers if not c.oneoff)


def wait_until_up(
    look: Look,
    timeout: float,
    progress: t.Callable[[str], None],
    clock: t.Callable[[], float] = time.monotonic,
    pause: t.Callable[[float], None] = time.sleep,
    steady: float = 0.0,
) -> None:
    """Returns when all are up, and were for `steady` seconds; raises NotUp as soon as that cannot be any more."""
    end, told = clock() + timeout, ""
    since: t.Optional[float] = None
    while True:
        containers = look()
        if any(doomed(c, 1 if since is not None else 2) for c in containers):
            raise NotUp("a container cannot become healthy", containers)
        if settled(containers):
            since = clock() if since is None else since
            if clock() - since >= steady:
                return
        else:
            since = None
            if clock() >= end:
                raise NotUp(f"not all containers were healthy within {timeout:g} s", containers)
            told = _tell(containers, told, progress)
        pause(_PAUSE)


def wait_until_finished(
    look: Look,
    timeout: float,
    progress: t.Callable[[str], None],
    clock: t.Callable[[], float] = time.monotonic,
    pause: t.Callable[[float], None] = time.sleep,
) -> None:
    """For `service_completed_successfully`: all have ended, and well."""
    end, told = clock() + timeout, ""
    while True:
        containers = look()
        if any(doomed(c) for c in containers):
            raise NotUp("a container did not end well", containers)
        if all(c.finished for c in containers):
            return
        if clock() >= end:
            raise NotUp(f"not all containers had ended within {timeout:g} s", containers)
        told = _tell([c for c in containers if not c.finished], told, progress, every=True)
        pause(_PAUSE)


def _tell(
    containers: t.Sequence[Container], told: str, progress: t.Callable[[str], None], *, every: bool = False
) -> str:
    """Say what is waited for, when that changed."""
    waiting = [f"{c.name} {c.condition}" for c in containers if every or not (c.up or c.finished or c.oneoff)]
    line = "waiting for " + ", ".join(waiting)
    if line != told:
        progress(line)
    return line
