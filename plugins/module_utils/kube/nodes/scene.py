# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the nodes that are emptied, kept up by news of their pods and of the budgets. Asks nobody."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes import leaving
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.budgets import Budgets
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.leaving import Leaving
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import EVICT, LEAVE, Allowed, fate, refusal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    CHANGED,
    LISTED,
    REMOVED,
    Change,
    Topic,
)

#: From so many nodes on one watch of all pods is cheaper than one for each.
_MANY_NODES = 10


class Scene:
    """`pods` are those that have to leave, by uid; who is gone stays in it, to be counted."""

    def __init__(
        self, pods: Resource, budgets: Resource, nodes: t.Sequence[str], pod_selector: str, allowed: Allowed
    ) -> None:
        self._nodes = set(nodes)
        self._allowed = allowed
        self.budget_topic = Topic(budgets)
        self.pod_topics = _pod_topics(pods, nodes, pod_selector)
        self.budgets = Budgets()
        self.pods: t.Dict[str, Leaving] = {}

    def take_budgets(self, change: Change) -> None:
        if change.what == LISTED:
            self.budgets.replace(change.objects)
        for obj in change.objects if change.what == CHANGED else ():
            self.budgets.learn(obj)
        for obj in change.objects if change.what == REMOVED else ():
            self.budgets.forget(obj)

    def take_pods(self, change: Change) -> None:
        mine = [pod for pod in change.objects if text(pod, "spec", "nodeName") in self._nodes]
        if change.what == REMOVED:
            for pod in mine:
                self._gone(text(pod, "metadata", "uid"))
            return
        for pod in mine:
            self._see(pod)
        if change.what == LISTED:
            self._forget_missing(change.topic, {text(pod, "metadata", "uid") for pod in mine})

    def _see(self, pod: Object) -> None:
        uid = text(pod, "metadata", "uid")
        if uid in self.pods:
            self.pods[uid].see(pod)
            return
        what = fate(pod, self._allowed)
        if what == LEAVE:
            return
        one = Leaving(pod)
        one.see(pod)
        if what != EVICT:
            # It came between our look and the cordon.
            one.state, one.reason = leaving.REFUSED, refusal({what: [pod]})
        self.pods[uid] = one

    def _forget_missing(self, topic: Topic, there: t.Set[str]) -> None:
        for uid, one in self.pods.items():
            if uid not in there and (not topic.field_selector or topic.field_selector == _on(one.node)):
                self._gone(uid)

    def _gone(self, uid: str) -> None:
        if uid in self.pods:
            self.pods[uid].state = leaving.GONE


def _pod_topics(pods: Resource, nodes: t.Sequence[str], selector: str) -> t.List[Topic]:
    if len(nodes) > _MANY_NODES:
        return [Topic(pods, "", selector)]
    return [Topic(pods, "", selector, _on(node)) for node in nodes]


def _on(node: str) -> str:
    return f"spec.nodeName={node}"
