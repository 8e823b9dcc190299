# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How every object stands: met, on its way, or past hope. No API here; the clock comes in through Patience."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.doom import Doom, doom_of, refusal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    FAILED,
    IN_PROGRESS,
    NOT_FOUND,
    Health,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mappings,
    number,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.owned import uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import Topic
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import Goal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.settle import needs_settling, settling
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

#: Kinds that run pods: they can be doomed by them.
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod")
#: A condition left over from the release before goes away within moments.
_STALE_GRACE = 2.0


@dataclass(frozen=True)
class Standing:
    """One object at this moment. `obj` is None where nothing exists (yet)."""

    target: Target
    ref: ObjectRef
    obj: t.Optional[Obj]
    met: bool
    health: Health
    doom: t.Optional[Doom] = None
    #: It can no longer become what is waited for.
    final: bool = False

    @property
    def is_workload(self) -> bool:
        return self.obj is not None and self.ref.kind in WORKLOADS


class Judge:
    def __init__(self, goal: Goal, topics: t.Mapping[Topic, t.List[Target]], patience: Patience) -> None:
        self._goal = goal
        self._topics = topics
        self._patience = patience
        #: uid of a pod -> its restarts when its crashes were excused the last time.
        self._excused: t.Dict[str, int] = {}
        #: What this wait has seen starting.
        self._started: t.Set[ObjectRef] = set()

    def look(self, picture: Picture) -> t.List[Standing]:
        self._patience.begin_round()
        standings = [
            standing
            for topic, targets in self._topics.items()
            if picture.known(topic)
            for target in targets
            for standing in self._of_target(picture, topic, target)
        ]
        if not self._goal.fail_fast:
            return standings
        standings = [self._settled(s) for s in standings]
        doomed = [self._with_doom(s, picture) for s in standings]
        moving = any(s.is_workload and not s.met and s.doom is None and s.health.status != FAILED for s in doomed)
        return [self._final(s, moving) for s in doomed]

    def _of_target(self, picture: Picture, topic: Topic, target: Target) -> t.Iterator[Standing]:
        objects = picture.matching(topic, target)
        if not objects:
            met, health = self._goal.judge(None)
            if not target.named and not met:
                health = Health(NOT_FOUND, "nothing matches")
            yield Standing(target, target.ref, None, met, health)
        for obj in objects:
            met, health = self._goal.judge(obj)
            yield Standing(target, ObjectRef.from_object(obj), obj, met, health)

    def _settled(self, standing: Standing) -> Standing:
        """What has just started without a probe must stay up for a moment. What ran before us need not."""
        if not standing.met:
            self._started.add(standing.ref)
            return standing
        workload = standing.obj or {}
        if standing.ref not in self._started or not standing.is_workload or not needs_settling(workload):
            return standing
        pause = settling(standing.health.message)
        if self._patience.is_over(uid_of(workload), pause):
            return standing
        return replace(standing, met=False, health=Health(IN_PROGRESS, pause.message))

    def _with_doom(self, standing: Standing, picture: Picture) -> Standing:
        if standing.met or standing.obj is None or not standing.is_workload or not _observed(standing.obj):
            return standing
        pods = picture.pods_of(standing.obj)
        doom = doom_of(standing.obj, pods, self._patience.is_over)
        return replace(standing, doom=doom or self._refused(standing.obj, pods, picture))

    def _refused(self, workload: Obj, pods: t.List[Object], picture: Picture) -> t.Optional[Doom]:
        """StatefulSets, DaemonSets and Jobs tell of a quota or a policy only by events."""
        message = picture.refusal(workload)
        if not message:
            return None
        trouble = refusal("FailedCreate", message, moving=bool(pods))
        over = self._patience.is_over(uid_of(workload), trouble)
        return Doom(trouble.reason, message, trouble=trouble) if over else None

    def _final(self, standing: Standing, moving: bool) -> Standing:
        if standing.met:
            return standing
        if standing.doom is not None:
            return replace(standing, final=not self._excuses(standing.doom, moving))
        if standing.health.status != FAILED:
            return standing
        stale = Trouble("status", FAILED, standing.health.message, grace=_STALE_GRACE)
        passing = standing.ref.kind == "Deployment" and not self._patience.is_over(uid_of(standing.obj or {}), stale)
        return replace(standing, final=not passing)

    def _excuses(self, doom: Doom, moving: bool) -> bool:
        """A program may crash until its database, awaited together with it, is up: then it has one more try."""
        if doom.pod is None or doom.trouble is None or not doom.trouble.crash:
            return False
        uid, restarts = uid_of(doom.pod), _restarts(doom.pod)
        if moving:
            self._excused[uid] = restarts
        return moving or restarts <= self._excused.get(uid, -1)


def _observed(obj: Obj) -> bool:
    """The controller knows this generation: the pods that we see as new are new."""
    seen = number(obj, "status", "observedGeneration", default=-1)
    return seen < 0 or seen >= number(obj, "metadata", "generation")


def _restarts(pod: Object) -> int:
    statuses = mappings(pod, "status", "initContainerStatuses") + mappings(pod, "status", "containerStatuses")
    return sum(number(status, "restartCount") for status in statuses)
