# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of what extends the API: CustomResourceDefinition, and APIService (apiregistration.k8s.io)."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.authority import awaits_authority
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
    is_false,
    is_true,
    mapping,
)


def definition(obj: Object) -> Health:
    names = condition(obj, "NamesAccepted")
    if is_false(names):
        return failed(explain(names, "its names are taken"))
    established = condition(obj, "Established")
    if is_true(established):
        missing = awaits_authority(obj, _conversion(obj))
        return in_progress(f"established, but {missing}") if missing else current("established")
    approval = condition(obj, "KubernetesAPIApprovalPolicyConformant")
    if is_false(approval):
        return failed(explain(approval))
    return in_progress(explain(established, "not established yet"))


def _conversion(obj: Object) -> t.List[Object]:
    """The webhook that converts between its versions, if it has one."""
    client = mapping(obj, "spec", "conversion", "webhook", "clientConfig")
    return [client] if client else []


def api_service(obj: Object) -> Health:
    missing = awaits_authority(obj, [mapping(obj, "spec")])
    if missing:
        return in_progress(missing)
    available = condition(obj, "Available")
    if is_true(available):
        return current("available")
    return in_progress(explain(available, "not available yet"))


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "CustomResourceDefinition": definition,
    "APIService": api_service,
}
