# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for the person who watches: what has changed, and of many objects how far they are."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import trouble_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing

_LONGEST = 300
#: Of more objects than this only troubles and counts are told: nobody reads a thousand lines.
_FEW = 12
_BETWEEN_COUNTS = 3.0


class Progress:
    """Says nothing of what was as it should be from the start."""

    def __init__(
        self,
        say: t.Callable[[str], None],
        pods_of: t.Optional[t.Callable[[Standing], t.Any]] = None,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._clock = clock
        self._said: t.Dict[ObjectRef, str] = {}
        self._noted = ""
        self._counted = ""
        self._count_due = 0.0
        self.pods_of = pods_of

    def show(self, fresh: t.Iterable[Standing], total: int = 1, unmet: int = 1) -> None:
        """`fresh`: the objects of which there is news; the numbers are of all that are waited for."""
        many = total > _FEW
        for standing in fresh:
            if standing.met and (many or standing.ref not in self._said):
                continue
            trouble = self._trouble(standing)
            if not many or trouble:
                self._tell(standing, f"; {trouble}" if trouble else "")
        if many:
            self._count(total, unmet)

    def _tell(self, standing: Standing, trouble: str) -> None:
        place = standing.target if standing.obj is None else standing.ref
        line = f"{place}: {standing.health.message}{trouble}"
        if self._said.get(standing.ref) != line:
            self._said[standing.ref] = line
            self._say(line[:_LONGEST])

    def _count(self, total: int, unmet: int) -> None:
        line = f"{total - unmet} of {total} as wanted"
        if line == self._counted or (unmet and self._clock() < self._count_due):
            return
        if unmet or self._counted:
            self._say(line)
        self._counted, self._count_due = line, self._clock() + _BETWEEN_COUNTS

    def note(self, line: str) -> None:
        if line != self._noted:
            self._noted = line
            self._say(line[:_LONGEST])

    def _trouble(self, standing: Standing) -> str:
        if standing.met or not standing.is_workload or self.pods_of is None or standing.ref.kind == "Pod":
            return ""
        troubles = (trouble_of(pod) for pod in self.pods_of(standing))
        return next((trouble.message for trouble in troubles if trouble is not None), "")
