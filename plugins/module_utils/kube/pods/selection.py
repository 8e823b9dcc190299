# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The label selector of an object that selects pods, as text. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, mappings, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef


def selection_of(obj: Object) -> str:
    """Raises InputError for a kind that selects no pods: an empty selector would be all of the namespace's."""
    selector = mapping(obj, "spec", "selector")
    labelled = "matchLabels" in selector or "matchExpressions" in selector
    # Services and a few others write only the labels.
    labels = mapping(selector, "matchLabels") if labelled else selector
    parts = [f"{key}={value}" for key, value in labels.items()]
    parts += [_expression(one) for one in mappings(selector, "matchExpressions")]
    if not parts:
        raise InputError(f"{ObjectRef.from_object(obj)} selects no pods: its spec.selector is empty.")
    return ",".join(parts)


def _expression(one: Object) -> str:
    key, operator = text(one, "key"), text(one, "operator")
    if operator == "Exists":
        return key
    if operator == "DoesNotExist":
        return f"!{key}"
    values: t.Any = one.get("values") or []
    return f"{key} {operator.lower()} ({','.join(map(str, values))})"
