# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a trouble has lasted, by the waiter's own clock (the cluster's may be off)."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble

_Key = t.Tuple[str, str]


class Patience:
    """Asked in rounds: a trouble that is not asked about in a round is over, and starts anew when it comes back."""

    def __init__(self, clock: t.Callable[[], float]) -> None:
        self._clock = clock
        self._since: t.Dict[_Key, float] = {}
        self._asked: t.Dict[_Key, float] = {}
        self._due: t.List[float] = []

    def begin_round(self) -> None:
        self._since, self._asked, self._due = self._asked, {}, []

    def is_over(self, uid: str, trouble: Trouble) -> bool:
        """Has the trouble outlasted its grace?"""
        key = (uid, trouble.family)
        start = self._since.get(key, self._asked.get(key, self._clock()))
        self._asked[key] = start
        due = start + trouble.grace
        if self._clock() >= due:
            return True
        self._due.append(due)
        return False

    def next_due(self) -> t.Optional[float]:
        """When, by the clock, the next grace ends."""
        return min(self._due, default=None)
