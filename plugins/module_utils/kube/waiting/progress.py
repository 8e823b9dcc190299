# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for the person who watches: one for each object, when what it says changes."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import trouble_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.judge import Standing

_LONGEST = 300


class Progress:
    """Says nothing of what was as it should be from the start."""

    def __init__(self, say: t.Callable[[str], None], pods_of: t.Optional[t.Callable[[Standing], t.Any]] = None) -> None:
        self._say = say
        self._said: t.Dict[ObjectRef, str] = {}
        self._noted = ""
        self.pods_of = pods_of

    def show(self, standings: t.Iterable[Standing]) -> None:
        for standing in standings:
            if standing.met and standing.ref not in self._said:
                continue
            line = f"{standing.target if standing.obj is None else standing.ref}: {self._describe(standing)}"
            if self._said.get(standing.ref) != line:
                self._said[standing.ref] = line
                self._say(line[:_LONGEST])

    def note(self, line: str) -> None:
        if line != self._noted:
            self._noted = line
            self._say(line[:_LONGEST])

    def _describe(self, standing: Standing) -> str:
        if standing.met or standing.obj is None or not standing.is_workload or self.pods_of is None:
            return standing.health.message
        for pod in self.pods_of(standing):
            trouble = trouble_of(pod)
            if trouble is not None and standing.ref.kind != "Pod":
                return f"{standing.health.message}; {trouble.message}"
        return standing.health.message
