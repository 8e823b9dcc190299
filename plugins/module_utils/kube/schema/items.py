# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Items of a list that the server tells apart by their keys (or by themselves, in sets). Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import LIST, Schema

_Key = t.Tuple[t.Any, ...]


def repeated(items: t.Sequence[t.Any], schema: Schema) -> t.Iterator[t.Tuple[int, str]]:
    """(index, what is wrong with it) for items that are there twice, or not at all."""
    if schema.type != LIST or schema.list_type not in ("map", "set"):
        return
    first: t.Dict[_Key, int] = {}
    for index, item in enumerate(items):
        if item is None:
            yield index, "is empty (null); take it out"
            continue
        key = item_key(item, schema)
        if key is None:
            continue
        if key in first:
            yield index, _twice(schema, first[key])
        first.setdefault(key, index)


def item_key(item: t.Any, schema: Schema) -> t.Optional[_Key]:
    """What tells it apart, with defaults filled in; None where that cannot be said here."""
    if schema.list_type == "set":
        return _comparable((item,))
    if not isinstance(item, dict) or not schema.list_keys:
        return None
    found = []
    for name in schema.list_keys:
        field = schema.items.fields.get(name)
        value = item.get(name, field.default if field else None)
        if value is None:
            return None
        found.append(value)
    return _comparable(found)


def _comparable(values: t.Sequence[t.Any]) -> t.Optional[_Key]:
    """True is not 1 in JSON; 80.0 is 80."""
    if any(isinstance(v, (dict, list)) for v in values):
        return None
    return tuple((isinstance(v, bool), v) for v in values)


def _twice(schema: Schema, index: int) -> str:
    if schema.list_type == "set":
        return f"is the same as item {index}; each may be there once"
    return f"has the same {' and '.join(schema.list_keys)} as item {index}; each may be there once"
