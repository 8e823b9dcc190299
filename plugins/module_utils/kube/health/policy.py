# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the group policy."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current, in_progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    number,
    text,
)


def disruption_budget(obj: Object) -> Health:
    if number(obj, "status", "observedGeneration", default=-1) < 0:
        return in_progress("its controller has not seen it yet")
    allowed = condition(obj, "DisruptionAllowed")
    if text(allowed, "reason") == "SyncFailed":
        return in_progress(explain(allowed))
    healthy = number(obj, "status", "currentHealthy")
    wanted = number(obj, "status", "desiredHealthy")
    message = f"{healthy} healthy, {wanted} wanted, {number(obj, 'status', 'disruptionsAllowed')} disruptions allowed"
    return current(message) if healthy >= wanted else in_progress(message)


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"PodDisruptionBudget": disruption_budget}
