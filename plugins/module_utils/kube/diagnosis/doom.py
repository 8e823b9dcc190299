# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Can a workload no longer succeed? Judged from the workload and the pods of its newest revision alone.

A verdict needs certainty: one pod of three that cannot pull its image is a sick node; all of them are a wrong image.
Probes are the kubelet's to judge: a failing readiness probe never dooms (the pod may still get ready), a failing
liveness or startup probe does when the kubelet, its budget spent, has restarted the container into a loop.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    is_true,
    number,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble, trouble_of

#: (uid of the pod or workload, trouble) -> is the trouble's grace over?
Lasted = t.Callable[[str, Trouble], bool]

#: A refused pod is tried again at once, and old pods that leave free their quota.
REFUSED_GRACE = 5.0
REFUSED_WHILE_MOVING_GRACE = 30.0


@dataclass(frozen=True)
class Doom:
    """Why it cannot succeed: the pod to show, or the workload itself when it has none."""

    reason: str
    message: str
    pod: t.Optional[Object] = None
    trouble: t.Optional[Trouble] = None


def certain(_uid: str, trouble: Trouble) -> bool:
    """For those without a clock: only what needs no grace."""
    return trouble.certain


def doom_of(workload: Object, pods: t.Sequence[Object], lasted: Lasted = certain) -> t.Optional[Doom]:
    """`pods` are those of the newest revision (`kube/owned.py`)."""
    refused = refusal_of(workload, pods)
    if refused and lasted(text(workload, "metadata", "uid"), refused):
        return Doom(refused.reason, refused.message, trouble=refused)
    waiting = [pod for pod in pods if not is_true(condition(pod, "Ready"))]
    doomed = [pair for pair in ((pod, pod_doom(workload, pod, lasted)) for pod in waiting) if pair[1]]
    if not doomed or not _is_enough(workload, len(pods), len(waiting), len(doomed)):
        return None
    pod, trouble = doomed[0]
    if trouble is None:
        return None
    return Doom(trouble.reason, trouble.message, pod, trouble)


def _is_enough(workload: Object, pods: int, waiting: int, doomed: int) -> bool:
    """All new pods; of an ordered StatefulSet any one, since the others wait for it."""
    kind = text(workload, "kind")
    if kind == "StatefulSet" and text(workload, "spec", "podManagementPolicy") != "Parallel":
        return True
    if kind in ("StatefulSet", "DaemonSet"):
        return doomed == waiting
    return doomed == pods


def pod_doom(workload: Object, pod: Object, lasted: Lasted) -> t.Optional[Trouble]:
    """The pod's trouble if it is final. A Job counts its crashes itself (backoffLimit)."""
    trouble = trouble_of(pod)
    if trouble is None or (trouble.crash and text(workload, "kind") == "Job"):
        return None
    return trouble if lasted(text(pod, "metadata", "uid"), trouble) else None


def refusal_of(workload: Object, pods: t.Sequence[Object]) -> t.Optional[Trouble]:
    """Quota or admission let no (further) pod in: the condition that Deployment and ReplicaSet carry."""
    failure = condition(workload, "ReplicaFailure")
    if not is_true(failure):
        return None
    moving = bool(pods) or number(workload, "status", "updatedReplicas") > 0
    return refusal(text(failure, "reason"), text(failure, "message"), moving=moving)


def refusal(reason: str, message: str, *, moving: bool) -> Trouble:
    grace = REFUSED_WHILE_MOVING_GRACE if moving else REFUSED_GRACE
    return Trouble("refused", reason or "FailedCreate", message, grace=grace)
