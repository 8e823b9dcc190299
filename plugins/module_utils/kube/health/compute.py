# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of any object: generic rules first, then those of its group and kind, then the condition Ready.

Pure: no clock and no API. What needs time (a pod that cannot be scheduled yet) stays InProgress here and is judged
by `kube/diagnosis/doom.py`, which is told how long it lasted.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health import (
    admission,
    apiextensions,
    apps,
    autoscaling,
    batch,
    certificates,
    core,
    flowcontrol,
    gateway,
    networking,
    policy,
    resource,
    storage,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.custom import Rule, custom
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.generic import (
    by_conditions,
    by_ready_condition,
    by_system,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import NOT_FOUND, UNKNOWN, Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, group_of, text

_Rules = t.Mapping[str, t.Callable[[Object], Health]]
#: An object, or None -> its health.
Assess = t.Callable[[t.Any], Health]

#: Group -> kind -> rule.
RULES: t.Mapping[str, _Rules] = {
    "": core.RULES,
    "apps": apps.RULES,
    "batch": batch.RULES,
    "policy": policy.RULES,
    "autoscaling": autoscaling.RULES,
    "networking.k8s.io": networking.RULES,
    "gateway.networking.k8s.io": gateway.RULES,
    "storage.k8s.io": storage.RULES,
    "snapshot.storage.k8s.io": storage.RULES,
    "resource.k8s.io": resource.RULES,
    "certificates.k8s.io": certificates.RULES,
    "flowcontrol.apiserver.k8s.io": flowcontrol.RULES,
    "admissionregistration.k8s.io": admission.RULES,
    "apiextensions.k8s.io": apiextensions.RULES,
    "apiregistration.k8s.io": apiextensions.RULES,
}


def compute(obj: t.Any, rules: t.Sequence[Rule] = ()) -> Health:
    """Status and message of an object as the API server returned it; None (or empty) is NotFound.

    `rules` are the user's own; they come before all but deletion and observedGeneration.
    """
    if obj is None or obj == {}:
        return Health(NOT_FOUND, "does not exist")
    if not isinstance(obj, t.Mapping) or not text(obj, "kind") or not text(obj, "apiVersion"):
        return Health(UNKNOWN, "not a Kubernetes object: it has no apiVersion or kind")
    rule = RULES.get(group_of(text(obj, "apiVersion")), {}).get(text(obj, "kind"), by_ready_condition)
    return by_system(obj) or custom(obj, rules) or by_conditions(obj) or rule(obj)


def with_rules(rules: t.Sequence[Rule]) -> Assess:
    """As compute, with the user's rules."""
    return (lambda obj: compute(obj, rules)) if rules else compute
