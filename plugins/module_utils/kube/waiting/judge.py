# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How every object stands, kept up to date: only what has changed, or whose grace has ended, is looked at again."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import Doom
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import FAILED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mappings, number
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import Topic
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import Goal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.look import Look
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Key, News, Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

#: One object of one target. The key of what does not exist is empty where the target has no name.
Slot = t.Tuple[Target, Key]
_NOTHING: Key = ("", "")


class Judge:
    def __init__(self, goal: Goal, topics: t.Mapping[Topic, t.List[Target]], patience: Patience) -> None:
        self._look = Look(goal, patience)
        self._patience = patience
        self._topic_of = {target: topic for topic, targets in topics.items() for target in targets}
        self._named = _by_key(topics)
        self._choosing = {
            topic: [target for target in targets if not target.named] for topic, targets in topics.items()
        }
        self._slots: t.Dict[Target, t.Dict[Key, Standing]] = {target: {} for target in self._topic_of}
        self._by_uid: t.Dict[str, t.Set[Slot]] = {}
        #: Slots that are not as wanted; of these the workloads that may still come up, and those that are doomed.
        self._unmet: t.Dict[Slot, None] = {}
        self._moving: t.Set[Slot] = set()
        self._doomed: t.Set[Slot] = set()
        #: uid of a pod -> its restarts when its crashes were excused the last time.
        self._excused: t.Dict[str, int] = {}

    def look(self, picture: Picture) -> t.List[Standing]:
        """What is new since the last look."""
        stale = self._stale(picture.news())
        stale.update(t.cast(t.Iterable[Slot], self._patience.due()))
        for slot in stale:
            self._refresh(slot, picture)
        stale |= self._excuse()
        return [self._slots[target][key] for target, key in sorted_slots(stale) if key in self._slots[target]]

    def standings(self) -> t.List[Standing]:
        """Everything, in the order of the targets."""
        return [slots[key] for slots in self._slots.values() for key in sorted(slots)]

    def unmet(self) -> t.List[Standing]:
        return [self._slots[target][key] for target, key in self._unmet]

    @property
    def count(self) -> int:
        return sum(len(slots) for slots in self._slots.values())

    def _stale(self, news: News) -> t.Set[Slot]:
        stale: t.Set[Slot] = set()
        for topic, key in news.objects:
            stale.update((target, key) for target in self._named.get((topic, key), ()))
            stale.update((target, key) for target in self._choosing.get(topic, ()))
        for topic in news.listed:
            for target in self._choosing.get(topic, ()):
                stale.add((target, _NOTHING))
        for (topic, key), targets in self._named.items() if news.listed else ():
            if topic in news.listed:
                stale.update((target, key) for target in targets)
        for uid in news.owners:
            stale |= self._by_uid.get(uid, set())
        return stale

    def _refresh(self, slot: Slot, picture: Picture) -> None:
        target, key = slot
        slots = self._slots[target]
        self._forget(slot)
        self._patience.begin(slot)
        obj = picture.get(self._topic_of[target], key)
        if obj is not None and target.chooses(obj):
            self._put(slot, self._look.at(target, obj, picture))
            if not target.named:
                self._forget((target, _NOTHING))
        elif target.named:
            self._put(slot, self._look.missing(target))
        elif not slots:
            self._put((target, _NOTHING), self._look.missing(target))

    def _put(self, slot: Slot, standing: Standing) -> None:
        self._slots[slot[0]][slot[1]] = standing
        if standing.obj is not None:
            self._by_uid.setdefault(uid_of(standing.obj), set()).add(slot)
        if standing.met:
            return
        self._unmet[slot] = None
        if standing.doom is not None:
            self._doomed.add(slot)
        elif standing.is_workload and standing.health.status != FAILED:
            self._moving.add(slot)

    def _forget(self, slot: Slot) -> None:
        before = self._slots[slot[0]].pop(slot[1], None)
        if before is not None and before.obj is not None:
            self._by_uid.get(uid_of(before.obj), set()).discard(slot)
        self._unmet.pop(slot, None)
        self._moving.discard(slot)
        self._doomed.discard(slot)

    def _excuse(self) -> t.Set[Slot]:
        """The doomed are judged at each look: whether they are excused hangs on the others."""
        changed = set()
        for slot in self._doomed:
            standing = self._slots[slot[0]][slot[1]]
            final = standing.doom is not None and not self._excuses(standing.doom, bool(self._moving))
            if final != standing.final:
                self._slots[slot[0]][slot[1]] = replace(standing, final=final)
                changed.add(slot)
        return changed

    def _excuses(self, doom: Doom, moving: bool) -> bool:
        """A program may crash until its database, awaited together with it, is up: then it has one more try."""
        if doom.pod is None or doom.trouble is None or not doom.trouble.crash:
            return False
        uid, restarts = uid_of(doom.pod), _restarts(doom.pod)
        if moving:
            self._excused[uid] = restarts
        return moving or restarts <= self._excused.get(uid, -1)


def _by_key(topics: t.Mapping[Topic, t.Sequence[Target]]) -> t.Dict[t.Tuple[Topic, Key], t.List[Target]]:
    found: t.Dict[t.Tuple[Topic, Key], t.List[Target]] = {}
    for topic, targets in topics.items():
        for target in targets:
            if target.named:
                namespace = target.ref.namespace if target.resource.namespaced else ""
                found.setdefault((topic, (namespace, target.ref.name)), []).append(target)
    return found


def sorted_slots(slots: t.Iterable[Slot]) -> t.List[Slot]:
    """By kind, namespace and name: sets have no order, and messages should."""
    return sorted(slots, key=lambda slot: (slot[0].ref.kind, slot[1]))


def _restarts(pod: Object) -> int:
    statuses = mappings(pod, "status", "initContainerStatuses") + mappings(pod, "status", "containerStatuses")
    return sum(number(status, "restartCount") for status in statuses)
