# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What applying will do to each object: decided from what is there, without a request for each. Nothing is changed."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import FieldsTaken, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.apply_options import ApplyOptions
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.attempt import ask_about_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CONFIGURED,
    CREATED,
    FAILED,
    UNCHANGED,
    Obj,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import conflicts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.decision import difference
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes

#: Enough to find the object again, and to tell whether it is still the same.
_KEPT = ("name", "namespace", "uid", "resourceVersion")

#: How the fields of custom kinds are shaped, by apiVersion and kind; built-in ones are known.
KindShapes = t.Mapping[t.Tuple[str, str], Shapes]


class Planner:
    """Fills in the steps' actions."""

    def __init__(self, client: KubeClient, options: ApplyOptions, shapes: t.Optional[KindShapes] = None) -> None:
        self._client = client
        self._options = options
        self._shapes = shapes or {}
        self._live = Live(client)

    def plan(self, steps: t.Sequence[Step]) -> None:
        """Objects are judged as they arrive, so that those which need nothing need not be kept."""
        todo = [step for step in steps if step.action != FAILED]
        by_ref = {step.manifest.ref: step for step in todo}
        known = [step for step in todo if not step.kind_is_new]
        self._live.visit(
            [(step.resource, step.manifest.ref) for step in known],
            lambda ref, obj: self.judge(by_ref[ref], obj),
            lambda ref, exc: by_ref[ref].fail(exc),
        )
        for step in todo:
            if step.kind_is_new:
                self.judge(step, None)
        self._require_namespaces(todo)

    def judge(self, step: Step, live: t.Optional[Obj]) -> None:
        """The action for one object as it is now."""
        step.before = live
        if live is None:
            step.action = CREATED
            return
        shapes = self._shapes.get((step.manifest.ref.api_version, step.manifest.ref.kind))
        if difference(step.manifest.obj, live, self._options.field_manager, shapes) is None:
            step.action = UNCHANGED
            step.before = {k: v for k, v in live.items() if k in ("apiVersion", "kind")}
            step.before["metadata"] = {k: live["metadata"][k] for k in _KEPT if k in live["metadata"]}
            return
        step.action = CONFIGURED
        self.settle_conflicts(step)

    def settle_conflicts(self, step: Step) -> None:
        """Fields of others: taken over where the user allows it, else the step fails before anything is sent."""
        shapes = self._shapes.get((step.manifest.ref.api_version, step.manifest.ref.kind))
        found = conflicts(step.manifest.obj, step.before or {}, self._options.field_manager, shapes)
        refused = [c for c in found if not self._options.may_take_from(c.owner)]
        step.force = bool(found) and not refused
        if refused:
            step.fail(FieldsTaken(refused))

    def _require_namespaces(self, steps: t.Sequence[Step]) -> None:
        """What is created needs its namespace: in this set, or in the cluster."""
        new = [s for s in steps if s.action == CREATED and s.manifest.ref.namespace]
        made = {s.manifest.ref.name for s in steps if s.group_kind == ("", "Namespace")}
        first: t.Dict[str, Step] = {}
        for step in new:
            if step.manifest.ref.namespace not in made:
                first.setdefault(step.manifest.ref.namespace, step)
        missing: t.Set[str] = set()
        ask_about_all(lambda step: self._look_for(step, missing), list(first.values()))
        for step in new:
            if step.manifest.ref.namespace in missing:
                step.fail(_no_namespace(step.manifest.ref.namespace))

    def _look_for(self, step: Step, missing: t.Set[str]) -> None:
        namespace = step.manifest.ref.namespace
        try:
            self._client.request("GET", f"/api/v1/namespaces/{namespace}")
        except NotFound:
            missing.add(namespace)
        except SlipwayError:
            return  # who may not look may still create


def _no_namespace(name: str) -> SlipwayError:
    return NotFound(f'namespaces "{name}" not found: make it first, or put it into the same task', status=404)
