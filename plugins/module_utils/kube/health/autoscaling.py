# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the group autoscaling."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current, in_progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    is_false,
    mapping,
    number,
    text,
)

_OLD_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"


def horizontal(obj: Object) -> Health:
    obj = _with_conditions(obj)
    able = condition(obj, "AbleToScale")
    if not able:
        return in_progress("its controller has not seen it yet")
    if is_false(able):
        return in_progress(explain(able, "cannot scale its target"))
    active = condition(obj, "ScalingActive")
    if is_false(active):
        # Metrics arrive a minute after the pods, or never (scaled to 0): no release should hang on that.
        return current(f"not scaling: {explain(active)}")
    now = number(obj, "status", "currentReplicas")
    return current(f"{now} replicas, {number(obj, 'status', 'desiredReplicas')} wanted")


def _with_conditions(obj: Object) -> Object:
    """autoscaling/v1 has its conditions in an annotation."""
    try:
        written = json.loads(text(obj, "metadata", "annotations", _OLD_CONDITIONS) or "null")
    except ValueError:
        return obj
    return {**obj, "status": {**mapping(obj, "status"), "conditions": written}} if written else obj


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"HorizontalPodAutoscaler": horizontal}
