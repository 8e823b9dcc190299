# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubernetes quantities: `0.5` is `500m`, `1024Mi` is `1Gi`. Pure, exact."""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

#: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(m|n|u|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?")
_SUFFIXES: t.Dict[str, Decimal] = {
    **{s: Decimal(1000) ** i for i, s in enumerate("kMGTPE", start=1)},
    **{s + "i": Decimal(1024) ** i for i, s in enumerate("KMGTPE", start=1)},
    "m": Decimal("1e-3"),
    "u": Decimal("1e-6"),
    "n": Decimal("1e-9"),
}
#: Fields of built-in kinds whose values (or whose mappings' values) are quantities.
_MAPPINGS = (
    "limits",
    "requests",
    "capacity",
    "hard",
    "allocatable",
    "overhead",
    "min",
    "max",
    "default",
    "defaultRequest",
)
_SCALARS = ("sizeLimit", "storage", "divisor", "averageValue", "value", "minAvailableBytes")


def is_quantity(path: t.Sequence[str]) -> bool:
    """May the field at this path (names of fields, without list items) hold a quantity in a built-in kind?"""
    if not path or path[0] in ("metadata", "data", "stringData", "binaryData"):
        return False
    return path[-1] in _SCALARS or (len(path) > 1 and path[-2] in _MAPPINGS)


def parse(value: t.Any) -> t.Optional[Decimal]:
    """None where it is no quantity."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    found = _QUANTITY.fullmatch(str(value))
    if not found:
        return None
    number, exponent, suffix = found.groups()
    return Decimal(number + (exponent or "")) * _SUFFIXES.get(suffix or "", Decimal(1))


def equal(one: t.Any, other: t.Any) -> bool:
    first = parse(one)
    return first is not None and first == parse(other)
