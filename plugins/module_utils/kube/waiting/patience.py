# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a trouble has lasted, by the waiter's own clock (the cluster's may be off)."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble

#: Whose troubles are asked about together: they are all asked about, or they are over.
Subject = t.Hashable
_Key = t.Tuple[str, str]


class Patience:
    """Asked subject by subject: a trouble that is not asked about again is over, and starts anew when it comes back."""

    def __init__(self, clock: t.Callable[[], float], graces: t.Optional[t.Mapping[str, float]] = None) -> None:
        self._clock = clock
        #: Family of troubles -> grace that the user gave them.
        self._graces = dict(graces or {})
        self._since: t.Dict[Subject, t.Dict[_Key, float]] = {}
        self._due: t.Dict[Subject, float] = {}
        self._subject: Subject = None
        self._before: t.Dict[_Key, float] = {}

    def begin(self, subject: Subject) -> None:
        """The questions that follow are about this subject."""
        self._subject = subject
        self._before = self._since.pop(subject, {})
        self._due.pop(subject, None)

    def is_over(self, uid: str, trouble: Trouble) -> bool:
        """Has the trouble outlasted its grace?"""
        key = (uid, trouble.family)
        asked = self._since.setdefault(self._subject, {})
        start = asked.setdefault(key, self._before.get(key, self._clock()))
        due = start + (self._graces.get(trouble.family, trouble.grace))
        if self._clock() >= due:
            return True
        self._due[self._subject] = min(due, self._due.get(self._subject, due))
        return False

    def due(self) -> t.List[Subject]:
        """Those of whom a grace has ended since they were asked about."""
        now = self._clock()
        return [subject for subject, due in self._due.items() if due <= now]

    def next_due(self) -> t.Optional[float]:
        """When, by the clock, the next grace ends."""
        return min(self._due.values(), default=None)
