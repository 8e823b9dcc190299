# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of any object: generic rules first, then those of its group and kind, then the condition Ready.

Pure: no clock and no API. What needs time (a pod that cannot be scheduled yet) stays InProgress here and is judged
by `kube/doom.py`, which is told how long it lasted.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health import (
    apiextensions,
    apps,
    autoscaling,
    batch,
    core,
    networking,
    policy,
    storage,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.generic import before_kind, by_ready_condition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import NOT_FOUND, UNKNOWN, Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, group_of, text

_Rules = t.Mapping[str, t.Callable[[Object], Health]]

#: Group -> kind -> rule.
RULES: t.Mapping[str, _Rules] = {
    "": core.RULES,
    "apps": apps.RULES,
    "batch": batch.RULES,
    "policy": policy.RULES,
    "autoscaling": autoscaling.RULES,
    "networking.k8s.io": networking.RULES,
    "gateway.networking.k8s.io": networking.GATEWAY_RULES,
    "storage.k8s.io": storage.RULES,
    "snapshot.storage.k8s.io": storage.RULES,
    "apiextensions.k8s.io": apiextensions.RULES,
    "apiregistration.k8s.io": apiextensions.RULES,
}


def compute(obj: t.Any) -> Health:
    """Status and message of an object as the API server returned it; None (or empty) is NotFound."""
    if obj is None or obj == {}:
        return Health(NOT_FOUND, "does not exist")
    if not isinstance(obj, t.Mapping) or not text(obj, "kind") or not text(obj, "apiVersion"):
        return Health(UNKNOWN, "not a Kubernetes object: it has no apiVersion or kind")
    rule = RULES.get(group_of(text(obj, "apiVersion")), {}).get(text(obj, "kind"), by_ready_condition)
    return before_kind(obj) or rule(obj)
