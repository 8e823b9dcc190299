# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of k8s_node that drains: looks before anything is touched, empties, and tells what became of it."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import DrainFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, condition, is_true, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes import leaving
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.drain import Drain
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.evict import HELD, REFUSED, Evictor
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.fleet import Member
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.leaving import Leaving, why_stuck
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import (
    Allowed,
    is_terminating,
    refusal,
    sort_pods,
    title,
)

Pods = t.Dict[str, t.List[Object]]


class Emptying:
    def __init__(self, client: KubeClient, discovery: Discovery, params: Params, context: TaskContext) -> None:
        options = params.get("delete_options") or {}
        self._client = client
        self._context = context
        self._timeout: float = params["wait_timeout"]
        self._selector = ",".join(params.get("pod_selectors") or [])
        self._pods = discovery.resource_for("v1", "Pod")
        self._kinds = (self._pods, discovery.resource_for("policy/v1", "PodDisruptionBudget"))
        self._allowed = Allowed(
            bool(options.get("force")),
            bool(options.get("delete_emptydir_data")),
            bool(options.get("ignore_daemonsets", True)),
        )
        grace = options.get("terminate_grace_period")
        self._evictor = Evictor(client, self._pods, grace, bool(options.get("disable_eviction")))

    def check(self, nodes: t.Sequence[str]) -> Pods:
        """The pods that have to leave each node. Raises InputError where some must not be touched unasked."""
        sortings = dict(zip(nodes, run_all(lambda name: sort_pods(self._on(name), self._allowed), nodes)))
        refused: t.Dict[str, t.List[Object]] = {}
        for sorting in sortings.values():
            for reason, pods in sorting.refused.items():
                refused.setdefault(reason, []).extend(pods)
        if refused:
            on = ", ".join(name for name, sorting in sortings.items() if sorting.refused)
            raise InputError(f"Not drained, and nothing was touched: on {on} {refusal(refused)}.")
        return {name: sorting.evict for name, sorting in sortings.items()}

    def _on(self, node: str) -> t.List[Obj]:
        answer = self._client.list(self._pods, label_selector=self._selector, field_selector=f"spec.nodeName={node}")
        return list(answer["items"])

    def empty(self, members: t.Sequence[Member], pods: Pods, result: Result) -> Result:
        if self._context.check_mode:
            return self._predicted(pods, result)
        drain = Drain(
            self._client,
            self._kinds,
            [member.name for member in members],
            self._evictor,
            self._allowed,
            pod_selector=self._selector,
            say=self._context.progress,
        )
        drain.run(self._timeout)
        left = [one for one in drain.scene.pods.values() if one.state != leaving.GONE]
        evicted = sorted((_entry(one.pod) for one in drain.scene.pods.values() if one.by_us), key=_by_place)
        result = {**result, "changed": result["changed"] or bool(evicted), "evicted": evicted, "stuck": []}
        if not left:
            return result
        ready = {member.name: is_true(condition(member.after, "Ready")) for member in members}
        stuck = [_stuck(one, drain, ready[one.node]) for one in sorted(left, key=lambda one: title(one.pod))]
        raise DrainFailed(
            _story(stuck, len(drain.scene.pods), self._timeout if drain.timed_out else None),
            **{**result, "stuck": stuck, "timed_out": drain.timed_out},
        )

    def _predicted(self, pods: Pods, result: Result) -> Result:
        """What the server would say to each eviction now: those that a budget holds at first are named."""
        asked = [pod for on_node in pods.values() for pod in on_node if not is_terminating(pod)]
        answers = run_all(lambda pod: self._evictor.ask(pod, dry_run=True), asked)
        stuck = [
            {**_entry(pod), "reason": answer.message}
            for pod, answer in zip(asked, answers)
            if answer.what in (HELD, REFUSED)
        ]
        evicted = sorted((_entry(pod) for pod in asked), key=_by_place)
        return {**result, "changed": result["changed"] or bool(asked), "evicted": evicted, "stuck": stuck}


def _entry(pod: Object) -> t.Dict[str, str]:
    return {
        "namespace": text(pod, "metadata", "namespace"),
        "name": text(pod, "metadata", "name"),
        "node": text(pod, "spec", "nodeName"),
    }


def _by_place(entry: t.Mapping[str, str]) -> t.Tuple[str, str, str]:
    return entry["node"], entry["namespace"], entry["name"]


def _stuck(one: Leaving, drain: Drain, node_ready: bool) -> t.Dict[str, str]:
    now = datetime.datetime.now(datetime.timezone.utc)
    return {**_entry(one.pod), **why_stuck(one, drain.scene.budgets, now, node_ready)}


def _story(stuck: t.Sequence[t.Mapping[str, str]], total: int, after: t.Optional[float]) -> str:
    nodes = ", ".join(sorted({pod["node"] for pod in stuck}))
    when = f" after {after:g} s" if after is not None else ""
    left = f"{len(stuck)} of {total} pods {'are' if len(stuck) > 1 else 'is'} left"
    told = "; ".join(f"{pod['namespace']}/{pod['name']} {pod['reason'].rstrip('.')}" for pod in stuck)
    return (
        f"Not drained{when}: {nodes}. {left}: {told}. The nodes stay cordoned: run the task again to go on, or "
        "bring them back with state: uncordoned."
    )
