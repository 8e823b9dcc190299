# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of what extends the API: CustomResourceDefinition, and APIService (apiregistration.k8s.io)."""

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
    is_false,
    is_true,
)


def definition(obj: Object) -> Health:
    names = condition(obj, "NamesAccepted")
    if is_false(names):
        return failed(explain(names, "its names are taken"))
    established = condition(obj, "Established")
    if is_true(established):
        return current("established")
    return in_progress(explain(established, "not established yet"))


def api_service(obj: Object) -> Health:
    available = condition(obj, "Available")
    if is_true(available):
        return current("available")
    return in_progress(explain(available, "not available yet"))


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "CustomResourceDefinition": definition,
    "APIService": api_service,
}
