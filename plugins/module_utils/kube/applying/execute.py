# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends what a plan decided: each object as soon as what it needs is there, all that is unblocked at once."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.readiness import Readiness
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import SENT, SKIPPED, UNCHANGED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.write import Writer
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import ESTABLISHED, External, Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import SKIPPED as NOT_STARTED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import Want
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

#: Measured: more threads than this only wait for each other.
_AT_ONCE = 8
_SAY_EVERY = 2.0


class Executor:
    """Applies the steps that change something. A failed step does not hide what came of the others."""

    def __init__(self, cluster: Cluster, rules: t.Sequence[Rule] = DEFAULT_RULES) -> None:
        self._cluster = cluster
        self._rules = rules

    def order(self, steps: t.Sequence[Step]) -> Graph:
        """The graph; cycles and dependencies on what is nowhere are told here, before anything is sent."""
        graph = build([step.manifest for step in steps], self._rules)
        wanted = {one: _target(one, self._cluster) for one in graph.externals.values()}
        live = Live(self._cluster.client)
        for external, target in wanted.items():
            if target is None or live.get(target.resource, target.ref) is None:
                raise InputError(external.message)
        self._externals = {one.index: target for one, target in wanted.items() if target}
        return graph

    def execute(
        self, graph: Graph, steps: t.Sequence[Step], writer: Writer, timeout: float
    ) -> t.Optional[SlipwayError]:
        """Why something that was sent did not become ready, so that others, which need it, were not sent."""
        todo = [i for i, step in enumerate(steps) if step.action in SENT]
        count = _Count(len(todo), self._cluster.context.progress)

        def work(index: int) -> None:
            try:
                writer.write(steps[index])
            except SlipwayError as exc:
                steps[index].fail(exc)
                raise
            finally:
                count.one_more()

        def target(index: int) -> Target:
            if index in self._externals:
                return self._externals[index]
            return Target(steps[index].manifest.ref, steps[index].resource)

        def is_ready(want: Want) -> bool:
            """A kind that was there before this task is served already."""
            return want.kind == ESTABLISHED and want.index < len(steps) and steps[want.index].action == UNCHANGED

        readiness = Readiness(self._cluster, target, timeout)
        state = run(graph, todo, work, await_ready=readiness.wait, is_ready=is_ready, workers=_AT_ONCE)
        for index in todo:
            if state.status[index] == NOT_STARTED:
                steps[index].action, steps[index].error = SKIPPED, state.reasons.get(index, "not sent")
        return next(iter(state.unready.values()), None)


def _target(external: External, cluster: Cluster) -> t.Optional[Target]:
    kind = (external.group, external.kind)
    resource = next((r for r in cluster.discovery.resources() if (r.group, r.kind) == kind), None)
    if resource is None:
        return None
    return Target(ObjectRef(resource.api_version, resource.kind, external.namespace, external.name), resource)


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
