# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of a Pod: a failed one is Failed, a crashing one or one without its image too, not InProgress for ever."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    UNKNOWN,
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
    is_true,
    mapping,
    mappings,
    number,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import trouble_of


def pod(obj: Object) -> Health:
    phase = text(obj, "status", "phase")
    if phase == "Succeeded":
        return current("completed")
    if phase == "Failed":
        return failed(_why_failed(obj))
    if phase == "Unknown":
        return Health(UNKNOWN, explain(condition(obj, "Ready"), "its node does not answer"))
    if is_true(condition(obj, "Ready")):
        return current("running and ready")
    trouble = trouble_of(obj)
    if trouble is None:
        return in_progress(_stage(obj, phase or "Pending"))
    return failed(trouble.message) if trouble.certain else in_progress(trouble.message)


def _why_failed(obj: Object) -> str:
    """`Evicted: ...` of the pod itself, else the exit of the container that ended it."""
    own = [part for part in (text(obj, "status", "reason"), text(obj, "status", "message").strip()) if part]
    if own:
        return ": ".join(own)
    statuses = mappings(obj, "status", "initContainerStatuses") + mappings(obj, "status", "containerStatuses")
    for status in statuses:
        ended = mapping(status, "state", "terminated")
        code = number(ended, "exitCode")
        if ended and code != 0:
            reason = text(ended, "reason") or "Error"
            return f"container {text(status, 'name')} ended with exit code {code} ({reason})"
    return "the pod has failed"


def _stage(obj: Object, phase: str) -> str:
    reasons: t.List[str] = []
    statuses = mappings(obj, "status", "containerStatuses")
    for status in mappings(obj, "status", "initContainerStatuses") + statuses:
        reason = text(status, "state", "waiting", "reason")
        if reason and reason not in reasons:
            reasons.append(reason)
    ready = sum(1 for status in statuses if field(status, "ready") is True)
    total = len(mappings(obj, "spec", "containers")) or len(statuses)
    waiting = f" ({', '.join(reasons)})" if reasons else ""
    return f"{phase}, {ready}/{total} containers ready{waiting}"
