# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits, beside a run through a graph, for what others must not be sent before."""

from __future__ import annotations

import queue
import threading
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import ESTABLISHED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import Report
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import Want
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import HEALTHY, Goal, by_condition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

_ESTABLISHED_WITHIN = 60.0


class Readiness:
    """`wait` returns at once; each want is reported later, from a thread of ours."""

    def __init__(self, cluster: Cluster, target: t.Callable[[int], Target], timeout: float) -> None:
        self._cluster = cluster
        self._target = target
        self._timeout = timeout
        self._definitions: queue.SimpleQueue[t.Tuple[Want, Report]] = queue.SimpleQueue()
        self._watcher: t.Optional[threading.Thread] = None

    def wait(self, wants: t.Sequence[Want], report: Report) -> None:
        """Definitions come to be established together, within moments: one waiter takes them as they come."""
        healthy = [want for want in wants if want.kind != ESTABLISHED]
        for want in wants:
            if want.kind == ESTABLISHED:
                self._definitions.put((want, report))
        if len(healthy) < len(wants) and self._watcher is None:
            self._watcher = _start(self._watch_definitions)
        if healthy:
            _start(lambda: self._batch(healthy, report, HEALTHY, self._timeout))

    def _watch_definitions(self) -> None:
        while True:
            batch = [self._definitions.get()]
            while not self._definitions.empty():
                batch.append(self._definitions.get())
            wants = [want for want, _report in batch]
            self._batch(wants, batch[0][1], by_condition("Established"), _ESTABLISHED_WITHIN)

    def _settle(self, goal: Goal) -> None:
        """What is sent next is of kinds that were not there when we asked."""
        if goal is not HEALTHY:
            self._cluster.discovery.refresh()

    def _batch(self, wants: t.Sequence[Want], report: Report, goal: Goal, timeout: float) -> None:
        error: t.Optional[SlipwayError] = None
        cluster = self._cluster
        try:
            targets = [self._target(want.index) for want in wants]
            wait_for(
                cluster.client, cluster.discovery, targets, goal, timeout=timeout, progress=cluster.context.progress
            )
            self._settle(goal)
        except SlipwayError as exc:
            error = exc
        except Exception as exc:  # a thread that dies in silence would leave the others waiting
            error = SlipwayError(f"Waiting failed: {exc!r}.")
        for want in wants:
            report(want, error)


def _start(work: t.Callable[[], None]) -> threading.Thread:
    """Daemons: what still waits when the run is over keeps nobody."""
    thread = threading.Thread(target=work, name="readiness", daemon=True)
    thread.start()
    return thread
