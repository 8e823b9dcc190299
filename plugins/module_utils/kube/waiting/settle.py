# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads without readiness probes are ready for a moment even when their process ends at once. Pure."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mapping,
    mappings,
    number,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble

#: A container that lives so long has at least started its program.
SETTLE_SECONDS = 5.0


def needs_settling(workload: Object) -> bool:
    """Is ready no more than started? Where minReadySeconds is set, the cluster itself waits."""
    kind = text(workload, "kind")
    if kind == "Job" or number(workload, "spec", "minReadySeconds") > 0:
        return False
    spec = mapping(workload, "spec") if kind == "Pod" else mapping(workload, "spec", "template", "spec")
    if number(workload, "spec", "replicas", default=1) == 0 or text(workload, "status", "phase") == "Succeeded":
        return False
    return any(not mapping(container, "readinessProbe") for container in mappings(spec, "containers"))


def settling(message: str) -> Trouble:
    """As a trouble with a grace, so that Patience measures it."""
    return Trouble("settle", "Settling", f"{message}, sees whether it stays up", grace=SETTLE_SECONDS)
