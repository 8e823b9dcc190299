# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watches the services of a stack until all are settled, or one can no longer be."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.tasks import Standing

_PAUSE = 0.3
#: A container that dies at its start is seen to run for a moment.
_STABLE = 2.0
#: A node that comes back, or a port that is freed, is a matter of moments.
_PATIENCE = 3.0

Look = t.Callable[[], t.Mapping[str, Standing]]


class NotSettled(SlipwayError):
    """A service cannot settle, or the time is over. `culprit`: the task whose log may say why."""

    def __init__(self, message: str, culprit: t.Mapping[str, t.Any] | None = None) -> None:
        super().__init__(message)
        self.culprit = culprit


@dataclass
class Watch:
    """One waiting. `depends_on`: a service that dies before what it needs is there has come too early."""

    look: Look
    depends_on: t.Mapping[str, t.Sequence[str]]
    timeout: float
    progress: t.Callable[[str], None]
    clock: t.Callable[[], float] = time.monotonic
    pause: t.Callable[[float], None] = time.sleep
    _since: t.Dict[str, t.Tuple[str, float]] = field(default_factory=dict)
    _excused: t.Dict[str, t.Set[str]] = field(default_factory=dict)

    def until_settled(self) -> None:
        end, told, good_since = self.clock() + self.timeout, "", None
        while True:
            found = self.look()
            self._refuse_the_hopeless(found)
            now = self.clock()
            if all(one.settled for one in found.values()):
                good_since = now if good_since is None else good_since
                if now - good_since >= _STABLE:
                    return
            else:
                good_since = None
            waiting = [one.waits for one in found.values() if not one.settled]
            if now >= end and good_since is None:
                crashed = [one for one in found.values() if one.crash and not one.settled]
                said = " ".join(one.crash for one in crashed)
                message = f"Not settled within {self.timeout:g} s: {'; '.join(waiting)}. {said}".rstrip()
                raise NotSettled(message, crashed[0].culprit if crashed else None)
            told = self._tell(found, told)
            self.pause(_PAUSE)

    def _refuse_the_hopeless(self, found: t.Mapping[str, Standing]) -> None:
        for name, one in found.items():
            if one.problem:
                raise NotSettled(one.problem, one.culprit)
            if any(need in found and not found[need].settled for need in self.depends_on.get(name, ())):
                self._excused.setdefault(name, set()).update(identifier for _place, identifier in one.crashes)
            if self._dies_again(one, self._excused.get(name, set())):
                raise NotSettled(one.crash, one.culprit)
            if self._lasting(name, one.stuck):
                raise NotSettled(one.stuck)

    @staticmethod
    def _dies_again(one: Standing, excused: t.AbstractSet[str]) -> bool:
        places = [place for place, identifier in one.crashes if identifier not in excused]
        return any(places.count(place) >= one.tries for place in places)

    def _lasting(self, name: str, reason: str) -> bool:
        known, since = self._since.get(name, ("", 0.0))
        if not reason or known != reason:
            self._since[name] = (reason, self.clock())
            return False
        return self.clock() - since >= _PATIENCE

    def _tell(self, found: t.Mapping[str, Standing], told: str) -> str:
        line = ", ".join(f"{name} {one.running}/{one.wanted}" for name, one in sorted(found.items()))
        if line != told:
            self.progress(line)
        return line
