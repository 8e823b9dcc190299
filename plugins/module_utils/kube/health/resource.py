# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of resource.k8s.io (dynamic resource allocation)."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current, in_progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, mappings


def claim(obj: Object) -> Health:
    """Devices are allocated when a pod needs them: a claim that nobody uses waits for nothing."""
    if mapping(obj, "status", "allocation"):
        return current("allocated")
    if mappings(obj, "status", "reservedFor"):
        return in_progress("in use by a pod, but not allocated yet")
    return current("exists, is allocated when a pod uses it")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"ResourceClaim": claim}
