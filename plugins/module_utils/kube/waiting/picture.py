# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known at the moment: the objects of every topic, kept up to date by changes. Pure, single threaded.

Pods and ReplicaSets are kept by owner too, and what has changed is remembered until it is asked for: with ten thousand
pods nobody can look at all of them for each event.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import new_pods, owner_of, uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, mappings, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import UNMOUNTED, trouble_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    CHANGED,
    LISTED,
    REMOVED,
    Change,
    Topic,
)

#: Namespace and name.
Key = t.Tuple[str, str]
_OWNED = ("Pod", "ReplicaSet")
#: A ConfigMap, a Secret or a key of them.
_MISSING = re.compile(r'(configmap|secret) "[^"]*" not found|references non-existent', re.IGNORECASE)


@dataclass
class News:
    """What has changed since the last time: topics that were listed, objects, and owners of pods (uids)."""

    listed: t.Set[Topic] = field(default_factory=set)
    objects: t.Set[t.Tuple[Topic, Key]] = field(default_factory=set)
    owners: t.Set[str] = field(default_factory=set)


class Picture:
    """Objects by topic; and, for workloads, their pods, ReplicaSets and refusals by the owner's uid."""

    def __init__(self) -> None:
        self._objects: t.Dict[Topic, t.Dict[Key, Obj]] = {}
        self._owned: t.Dict[t.Tuple[str, str], t.Dict[Key, Obj]] = {}
        #: uid of a ReplicaSet -> uid of its Deployment.
        self._above: t.Dict[str, str] = {}
        #: uid of an owner -> its pods that have a trouble.
        self._troubled: t.Dict[str, t.Set[Key]] = {}
        #: uid of a workload -> why it may not create pods, and how many it had then.
        self._refusals: t.Dict[str, t.Tuple[str, int]] = {}
        #: uid of a pod -> which volume it does not get.
        self._unmounted: t.Dict[str, str] = {}
        self._news = News()

    def take(self, change: Change) -> None:
        known = self._objects.setdefault(change.topic, {})
        if change.what == LISTED:
            self._news.listed.add(change.topic)
            present = {key_of(o) for o in change.objects}
            for obj in [o for key, o in known.items() if key not in present]:
                self._remove(change.topic, known, obj)
        for obj in change.objects:
            if change.what in (LISTED, CHANGED):
                self._put(change.topic, known, obj)
            elif change.what == REMOVED:
                self._remove(change.topic, known, obj)

    def news(self) -> News:
        """What has changed since this was asked the last time."""
        found, self._news = self._news, News()
        return found

    def _put(self, topic: Topic, known: t.Dict[Key, Obj], obj: Obj) -> None:
        key = key_of(obj)
        obj = self._with_warning(obj)
        before = known.get(key)
        if before is not None and owner_of(before) != owner_of(obj):
            self._disown(topic, key, before)
        known[key] = obj
        self._news.objects.add((topic, key))
        owner = owner_of(obj)
        if topic.resource.kind in _OWNED and owner:
            self._owned.setdefault((topic.resource.kind, owner), {})[key] = obj
            self._note_owner(topic, obj, owner)

    def _note_owner(self, topic: Topic, obj: Obj, owner: str) -> None:
        if topic.resource.kind == "ReplicaSet":
            self._above[uid_of(obj)] = owner
        elif trouble_of(obj) is not None:
            self._troubled.setdefault(owner, set()).add(key_of(obj))
        else:
            self._troubled.get(owner, set()).discard(key_of(obj))
        self._touch(owner)

    def _remove(self, topic: Topic, known: t.Dict[Key, Obj], obj: Obj) -> None:
        key = key_of(obj)
        before = known.pop(key, obj)
        self._unmounted.pop(uid_of(obj), None)
        self._news.objects.add((topic, key))
        self._disown(topic, key, before)

    def _disown(self, topic: Topic, key: Key, before: Obj) -> None:
        owner = owner_of(before)
        if topic.resource.kind in _OWNED and owner:
            self._owned.get((topic.resource.kind, owner), {}).pop(key, None)
            self._troubled.get(owner, set()).discard(key)
            self._touch(owner)

    def _touch(self, owner: str) -> None:
        self._news.owners.add(owner)
        above = self._above.get(owner)
        if above:
            self._news.owners.add(above)

    def known(self, topic: Topic) -> bool:
        return topic in self._objects

    def of(self, topic: Topic) -> t.Iterable[t.Tuple[Key, Obj]]:
        return self._objects.get(topic, {}).items()

    def get(self, topic: Topic, key: Key) -> t.Optional[Obj]:
        return self._objects.get(topic, {}).get(key)

    def pods_of(self, workload: Object) -> t.List[Object]:
        """Living pods of its newest revision, as far as they have been listed."""
        if text(workload, "kind") == "Pod":
            return [workload]
        sets = self._of_owner("ReplicaSet", uid_of(workload))
        owners = [uid_of(workload), *(uid_of(s) for s in sets)]
        return new_pods(workload, [pod for owner in owners for pod in self._of_owner("Pod", owner)], sets)

    def all_pods_of(self, workload: Object) -> t.List[Object]:
        """Of every revision."""
        return self._of_owner("Pod", uid_of(workload))

    def has_trouble(self, workload: Object) -> bool:
        """Quick: is a look at its pods worth the while?"""
        if text(workload, "kind") == "Pod":
            return True
        owners = [uid_of(workload), *(uid_of(s) for s in self._of_owner("ReplicaSet", uid_of(workload)))]
        return any(self._troubled.get(owner) for owner in owners)

    def _of_owner(self, kind: str, owner: str) -> t.List[Object]:
        return list(self._owned.get((kind, owner), {}).values())

    def warn(self, event: Object, *, fresh: bool = True) -> None:
        """Takes what only events tell: pods that are refused, and volumes of what is not there.

        A refusal that is not fresh may be of the release before; a pod's volume is always of this very pod.
        """
        reason, message = text(event, "reason"), text(event, "message")
        if reason == "FailedCreate" and fresh:
            self._refuse(event)
        elif reason == "FailedMount" and _MISSING.search(message):
            involved = mapping(event, "involvedObject")
            self._unmounted[text(involved, "uid")] = message
            key = text(involved, "namespace"), text(involved, "name")
            for topic, known in self._objects.items():
                if topic.resource.kind == "Pod" and key in known:
                    self._put(topic, known, known[key])

    def _with_warning(self, obj: Obj) -> Obj:
        message = self._unmounted.get(uid_of(obj)) if self._unmounted else None
        if not message:
            return obj
        told = {"type": UNMOUNTED, "status": "True", "reason": "FailedMount", "message": message}
        others = [c for c in mappings(obj, "status", "conditions") if c.get("type") != UNMOUNTED]
        return {**obj, "status": {**mapping(obj, "status"), "conditions": [*others, told]}}

    def _refuse(self, event: Object) -> None:
        """A controller was not let create a pod: remember it until it has more pods than now."""
        uid = text(mapping(event, "involvedObject"), "uid")
        self._refusals[uid] = (text(event, "message"), self._count(uid))
        self._touch(uid)

    def refusal(self, workload: Object) -> str:
        uid = text(workload, "metadata", "uid")
        message, pods = self._refusals.get(uid, ("", 0))
        if message and self._count(uid) > pods:
            del self._refusals[uid]
            return ""
        return message

    def _count(self, owner: str) -> int:
        return len(self._owned.get(("Pod", owner), {}))


def key_of(obj: Object) -> Key:
    return text(obj, "metadata", "namespace"), text(obj, "metadata", "name")
