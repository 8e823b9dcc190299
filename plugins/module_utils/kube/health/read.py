# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads fields of objects that may hold anything: what is absent or of the wrong type reads as empty."""

from __future__ import annotations

import typing as t

Object = t.Mapping[str, t.Any]


def field(obj: t.Any, *path: str) -> t.Any:
    """The value at a path, or None."""
    for name in path:
        if not isinstance(obj, t.Mapping):
            return None
        obj = obj.get(name)
    return obj


def mapping(obj: t.Any, *path: str) -> Object:
    value = field(obj, *path)
    return value if isinstance(value, t.Mapping) else {}


def text(obj: t.Any, *path: str) -> str:
    value = field(obj, *path)
    return value if isinstance(value, str) else ""


def number(obj: t.Any, *path: str, default: int = 0) -> int:
    value = field(obj, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def mappings(obj: t.Any, *path: str) -> t.List[Object]:
    """The mappings in the list at a path."""
    value = field(obj, *path)
    return [item for item in value if isinstance(item, t.Mapping)] if isinstance(value, list) else []


def condition(obj: t.Any, name: str) -> Object:
    """The condition of that type, or an empty mapping."""
    return next((c for c in mappings(obj, "status", "conditions") if c.get("type") == name), {})


def is_true(cond: Object) -> bool:
    return cond.get("status") == "True"


def is_false(cond: Object) -> bool:
    return cond.get("status") == "False"


def explain(cond: Object, default: str = "") -> str:
    """What a condition says of itself: `Reason: message`."""
    parts = [part for part in (text(cond, "reason"), text(cond, "message").strip()) if part]
    return ": ".join(parts) or default


def group_of(api_version: str) -> str:
    """`apps/v1` -> `apps`; the core group is empty."""
    return api_version.rpartition("/")[0]
