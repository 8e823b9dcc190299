# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the group apps: Deployment, StatefulSet, DaemonSet, ReplicaSet."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    field,
    is_false,
    is_true,
    number,
    text,
)


def deployment(obj: Object) -> Health:
    progressing = condition(obj, "Progressing")
    if is_false(progressing) and text(progressing, "reason") == "ProgressDeadlineExceeded":
        return failed(explain(progressing))
    replicas = number(obj, "spec", "replicas", default=1)
    updated = number(obj, "status", "updatedReplicas")
    available = number(obj, "status", "availableReplicas")
    old = number(obj, "status", "replicas") - updated
    message = _counts(updated, replicas, available)
    if old > 0:
        message += f", {old} of the old revision left"
    if _seen(obj) and updated == replicas and old <= 0 and available >= replicas:
        return current(message)
    if field(obj, "spec", "paused") is True:
        return in_progress(message + ", paused")
    return in_progress(message + _refused(obj))


def stateful_set(obj: Object) -> Health:
    replicas = number(obj, "spec", "replicas", default=1)
    updated = number(obj, "status", "updatedReplicas")
    available = number(obj, "status", "availableReplicas", default=number(obj, "status", "readyReplicas"))
    partition = max(number(obj, "spec", "updateStrategy", "rollingUpdate", "partition"), 0)
    wanted = max(replicas - partition, 0)
    message = _counts(updated, replicas, available)
    if partition:
        message += f", partition {partition} keeps the others"
    settled = number(obj, "status", "replicas") == replicas
    if _seen(obj) and settled and updated >= wanted and available >= replicas:
        return current(message)
    return in_progress(message + _on_delete(obj, updated < replicas))


def daemon_set(obj: Object) -> Health:
    wanted = number(obj, "status", "desiredNumberScheduled")
    updated = number(obj, "status", "updatedNumberScheduled")
    available = number(obj, "status", "numberAvailable")
    message = _counts(updated, wanted, available)
    if _seen(obj) and updated >= wanted and available >= wanted:
        return current(message)
    return in_progress(message + _on_delete(obj, updated < wanted))


def replica_set(obj: Object) -> Health:
    replicas = number(obj, "spec", "replicas", default=1)
    present = number(obj, "status", "replicas")
    available = number(obj, "status", "availableReplicas")
    message = f"{present}/{replicas} created, {available} available"
    if _seen(obj) and present == replicas and available >= replicas:
        return current(message)
    return in_progress(message + _refused(obj))


def _counts(updated: int, wanted: int, available: int) -> str:
    return f"{updated}/{wanted} updated, {available} available"


def _seen(obj: Object) -> bool:
    """The controller has written a status at all (that it is of this generation is a generic rule)."""
    return number(obj, "status", "observedGeneration", default=-1) >= 0


def _refused(obj: Object) -> str:
    failure = condition(obj, "ReplicaFailure")
    return f", pods are refused: {text(failure, 'message')}" if is_true(failure) else ""


def _on_delete(obj: Object, outdated: bool) -> str:
    """With OnDelete nothing moves by itself: say so, or the wait looks hung."""
    if outdated and text(obj, "spec", "updateStrategy", "type") == "OnDelete":
        return ", updateStrategy OnDelete: the other pods change only when someone deletes them"
    return ""


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "Deployment": deployment,
    "StatefulSet": stateful_set,
    "DaemonSet": daemon_set,
    "ReplicaSet": replica_set,
}
