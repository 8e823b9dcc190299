# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one object stands: met, on its way, or doomed. No API here; the clock comes in through Patience."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import Doom, doom_of, refusal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    FAILED,
    IN_PROGRESS,
    NOT_FOUND,
    Health,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, number
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import Goal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.settle import needs_settling, settling
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.timeouts import own_timeout

#: A condition left over from the release before goes away within moments.
_STALE_GRACE = 2.0


class Look:
    """Looks at one object with its pods. Remembers only what this wait has seen starting."""

    def __init__(self, goal: Goal, patience: Patience) -> None:
        self._goal = goal
        self._patience = patience
        self._started: t.Set[ObjectRef] = set()

    def missing(self, target: Target) -> Standing:
        """Nothing exists (yet) of the target."""
        met, health = self._goal.judge(None)
        if not target.named and not met:
            health = Health(NOT_FOUND, "nothing matches")
        return Standing(target, target.ref, None, met, health, timeout=target.timeout)

    def at(self, target: Target, obj: Obj, picture: Picture) -> Standing:
        """`final` is not the last word where the object is doomed: see Judge."""
        met, health = self._goal.judge(obj)
        timeout = target.timeout if target.timeout is not None else own_timeout(obj)
        standing = Standing(target, ObjectRef.from_object(obj), obj, met, health, timeout=timeout)
        if not self._goal.fail_fast:
            return standing
        return self._with_failure(self._with_doom(self._settled(standing), picture))

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
        pods = picture.pods_of(standing.obj) if picture.has_trouble(standing.obj) else []
        doom = doom_of(standing.obj, pods, self._patience.is_over)
        return replace(standing, doom=doom or self._refused(standing.obj, picture))

    def _refused(self, workload: Obj, picture: Picture) -> t.Optional[Doom]:
        """StatefulSets, DaemonSets and Jobs tell of a quota or a policy only by events."""
        message = picture.refusal(workload)
        if not message:
            return None
        trouble = refusal("FailedCreate", message, moving=bool(picture.pods_of(workload)))
        over = self._patience.is_over(uid_of(workload), trouble)
        return Doom(trouble.reason, message, trouble=trouble) if over else None

    def _with_failure(self, standing: Standing) -> Standing:
        if standing.met or standing.doom is not None or standing.health.status != FAILED:
            return standing
        stale = Trouble("status", FAILED, standing.health.message, grace=_STALE_GRACE)
        passing = standing.ref.kind == "Deployment" and not self._patience.is_over(uid_of(standing.obj or {}), stale)
        return replace(standing, final=not passing)


def _observed(obj: Object) -> bool:
    """The controller knows this generation: the pods that we see as new are new."""
    seen = number(obj, "status", "observedGeneration", default=-1)
    return seen < 0 or seen >= number(obj, "metadata", "generation")
