# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known at the moment: the objects of every topic, kept up to date by changes. Pure, single threaded."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.owned import new_pods, owner_of, uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    CHANGED,
    LISTED,
    REMOVED,
    Change,
    Topic,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

_Key = t.Tuple[str, str]


class Picture:
    """Objects by topic; and, for workloads, their pods, ReplicaSets and refusals by namespace."""

    def __init__(self) -> None:
        self._objects: t.Dict[Topic, t.Dict[_Key, Obj]] = {}
        #: uid of a workload -> why it may not create pods, and how many it had then.
        self._refusals: t.Dict[str, t.Tuple[str, int]] = {}

    def take(self, change: Change) -> None:
        if change.what == LISTED:
            self._objects[change.topic] = {_key(o): o for o in change.objects}
        elif change.what == REMOVED:
            for obj in change.objects:
                self._objects.setdefault(change.topic, {}).pop(_key(obj), None)
        elif change.what == CHANGED:
            self._objects.setdefault(change.topic, {}).update({_key(o): o for o in change.objects})

    def known(self, topic: Topic) -> bool:
        return topic in self._objects

    def of(self, topic: Topic) -> t.List[Obj]:
        return list(self._objects.get(topic, {}).values())

    def matching(self, topic: Topic, target: Target) -> t.List[Obj]:
        """The target's objects: one or none where it has a name."""
        if not target.named:
            return self.of(topic)
        namespace = target.ref.namespace if target.resource.namespaced else ""
        found = self._objects.get(topic, {}).get((namespace, target.ref.name))
        return [found] if found is not None else []

    def pods_of(self, workload: Object) -> t.List[Object]:
        """Living pods of its newest revision, as far as they have been listed."""
        if text(workload, "kind") == "Pod":
            return [workload]
        return new_pods(workload, self._kind("Pod", workload), self._kind("ReplicaSet", workload))

    def _kind(self, kind: str, neighbour: Object) -> t.List[Object]:
        """All objects of a kind in the same namespace."""
        namespace = text(neighbour, "metadata", "namespace")
        topics = [t_ for t_ in self._objects if t_.resource.kind == kind and t_.namespace in ("", namespace)]
        found = {_key(o): o for topic in topics for o in self._objects[topic].values()}
        return [o for (where, _name), o in found.items() if where == namespace]

    def refuse(self, event: Object) -> None:
        """A controller was not let create a pod: remember it until it has more pods than now."""
        uid = text(mapping(event, "involvedObject"), "uid")
        self._refusals[uid] = (text(event, "message"), self._count(uid))

    def refusal(self, workload: Object) -> str:
        uid = text(workload, "metadata", "uid")
        message, pods = self._refusals.get(uid, ("", 0))
        if message and self._count(uid) > pods:
            del self._refusals[uid]
            return ""
        return message

    def _count(self, owner: str) -> int:
        topics = [topic for topic in self._objects if topic.resource.kind == "Pod"]
        return len({uid_of(o) for topic in topics for o in self.of(topic) if owner_of(o) == owner})


def _key(obj: Object) -> _Key:
    return text(obj, "metadata", "namespace"), text(obj, "metadata", "name")
