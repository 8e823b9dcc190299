# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends what a plan decided: each object as soon as what it needs is there, all that is unblocked at once."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.order import Order
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import SENT, SKIPPED, UNCHANGED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.write import Writer
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import ESTABLISHED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import AwaitReady, Report, run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import SKIPPED as NOT_STARTED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import Want

#: Measured: more threads than this only wait for each other.
_AT_ONCE = 8
_SAY_EVERY = 2.0


def execute(order: Order, steps: t.Sequence[Step], writer: Writer, cluster: Cluster) -> t.Optional[SlipwayError]:
    """Applies the steps that change something. A failed step does not hide what came of the others.

    Returned is why something that was sent did not become ready, so that others, which need it, were not sent.
    """
    todo = [i for i, step in enumerate(steps) if step.action in SENT]
    count = _Count(len(todo), cluster.context.progress)

    def work(index: int) -> None:
        try:
            writer.write(steps[index])
        except SlipwayError as exc:
            steps[index].fail(exc)
            raise
        finally:
            count.one_more()

    def is_ready(want: Want) -> bool:
        """A kind that was there before this task is served already."""
        return want.kind == ESTABLISHED and want.index < len(steps) and steps[want.index].action == UNCHANGED

    await_ready = _readiness(order, steps, cluster)
    state = run(order.graph, todo, work, await_ready=await_ready, is_ready=is_ready, workers=_AT_ONCE)
    for index in todo:
        if state.status[index] == NOT_STARTED:
            steps[index].action, steps[index].error = SKIPPED, state.reasons.get(index, "not sent")
    return next(iter(state.unready.values()), None)


def _readiness(order: Order, steps: t.Sequence[Step], cluster: Cluster) -> AwaitReady:
    """In most sets nothing has to be waited for between two writes."""
    made: t.List[t.Any] = []

    def await_ready(wants: t.Sequence[Want], report: Report) -> None:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.readiness import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            Readiness,
        )

        if not made:
            made.append(Readiness(cluster, lambda index: order.target(index, steps), cluster.timeout))
        made[0].wait(wants, report)

    return await_ready


class _Count:
    """Says now and then how far it is."""

    def __init__(self, whole: int, say: t.Callable[[str], None]) -> None:
        self._whole, self._say = whole, say
        self._done = 0
        self._said = time.monotonic()
        self._lock = threading.Lock()

    def one_more(self) -> None:
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now - self._said < _SAY_EVERY:
                return
            self._said = now
            line = f"{self._done} of {self._whole} objects sent"
        self._say(line)
