# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until deleted objects have gone: one wait for each kind and namespace, not one for each object."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import DELETED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import Report
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import Want
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import ABSENT
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

#: Deletions of one kind answer one after the other; those of this time are waited for together.
_GATHERING = 0.1
_LEAST = 1.0
_Group = t.Tuple[Resource, str]


class Departures:
    """What is waited for by run(), as its `await_ready`. Thread safe."""

    def __init__(
        self,
        client: KubeClient,
        discovery: Discovery,
        steps: t.Sequence[Step],
        timeout: float,
        progress: t.Callable[[str], None],
    ) -> None:
        self._client = client
        self._discovery = discovery
        self._steps = steps
        self._deadline = time.monotonic() + timeout
        self._progress = progress
        self._lock = threading.Lock()
        self._gathered: t.Dict[_Group, t.List[Want]] = {}
        self._gone: t.Set[int] = set()

    def note_gone(self, index: int) -> None:
        """The server has said so itself: nothing to wait for."""
        with self._lock:
            self._gone.add(index)

    def is_gone(self, index: int) -> bool:
        """Also what was not there from the start. A step that only says "delete" may not know what is there."""
        step = self._steps[index]
        with self._lock:
            return index in self._gone or (step.before is None and step.action != DELETED)

    def await_ready(self, wants: t.Sequence[Want], report: Report) -> None:
        for want in wants:
            if self.is_gone(want.index):
                report(want, None)
            else:
                self._gather(want, report)

    def _gather(self, want: Want, report: Report) -> None:
        step = self._steps[want.index]
        group = (step.resource, step.manifest.ref.namespace)
        with self._lock:
            waiting = self._gathered.setdefault(group, [])
            waiting.append(want)
            if len(waiting) > 1:
                return
        # Daemon: after a failure nobody is interested any more, and the wait ends by its own timeout.
        threading.Thread(target=self._follow, args=(group, report), daemon=True, name=f"gone {group[0].plural}").start()

    def _follow(self, group: _Group, report: Report) -> None:
        time.sleep(_GATHERING)
        with self._lock:
            wants = self._gathered.pop(group)
        error = None
        try:
            self.wait_for_all([want.index for want in wants])
        except SlipwayError as exc:
            error = exc
        for want in wants:
            report(want, error)

    def wait_for_all(self, indexes: t.Iterable[int]) -> None:
        """Raises WaitFailed where one is still there in the end."""
        staying = [i for i in indexes if not self.is_gone(i)]
        if not staying:
            return
        targets = [Target(self._steps[i].manifest.ref, self._steps[i].resource) for i in staying]
        left = max(self._deadline - time.monotonic(), _LEAST)
        wait_for(self._client, self._discovery, targets, ABSENT, timeout=left, progress=self._progress)
        with self._lock:
            self._gone.update(staying)
