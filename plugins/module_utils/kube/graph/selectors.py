# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Label selectors, as the API server reads them."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at


def selects(selector: t.Any, labels: t.Any) -> bool:
    """A selector that says nothing selects everything."""
    known = labels if isinstance(labels, dict) else {}
    wanted, expressions = at(selector, "matchLabels"), at(selector, "matchExpressions")
    if isinstance(wanted, dict) and not wanted.items() <= known.items():
        return False
    return all(_holds(e, known) for e in (expressions if isinstance(expressions, list) else ()))


def _holds(expression: t.Any, labels: t.Mapping[str, t.Any]) -> bool:
    key, operator, values = str(at(expression, "key")), at(expression, "operator"), at(expression, "values")
    if not isinstance(values, list):
        values = []
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    return key in labels and labels[key] in values
