# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walks a manifest, the live object and the fields that a manager owns (FieldsV1) side by side. Pure.

FieldsV1 is a tree: `f:name` is a field, `k:{...}` an item of a list by its keys, `v:...` an item of a set, `.` the
item or mapping itself; a field with nothing below it is owned as a whole.
Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import json
import typing as t

Fields = t.Mapping[str, t.Any]
NOTHING: t.Dict[str, t.Any] = {}
#: Keys of list items that the server fills in where a manifest leaves them out.
KEY_DEFAULTS: t.Dict[str, t.Any] = {"protocol": "TCP"}


def entry_of(live: t.Mapping[str, t.Any], manager: str) -> t.Optional[t.Mapping[str, t.Any]]:
    """The managedFields entry by which this manager has applied."""
    for entry in (live.get("metadata") or {}).get("managedFields") or []:
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            return t.cast(t.Mapping[str, t.Any], entry)
    return None


def is_leaf(fields: t.Optional[Fields]) -> bool:
    """Owned as a whole: a scalar, or an atomic list or mapping."""
    return fields is not None and not any(key != "." for key in fields)


def item_keys(fields: Fields) -> t.Iterator[t.Tuple[t.Dict[str, t.Any], Fields]]:
    """(keys, fields below) of each item of an associative list."""
    for key, below in fields.items():
        if key.startswith("k:"):
            yield json.loads(key[2:]), below


def set_values(fields: Fields) -> t.List[t.Any]:
    return [json.loads(key[2:]) for key in fields if key.startswith("v:")]


def find_item(items: t.Sequence[t.Any], keys: t.Mapping[str, t.Any]) -> t.Optional[int]:
    """The index of the item with these keys; one that leaves out a key with a default has the default."""
    for index, item in enumerate(items):
        if isinstance(item, dict) and all(item.get(k, KEY_DEFAULTS.get(k)) == v for k, v in keys.items()):
            return index
    return None
