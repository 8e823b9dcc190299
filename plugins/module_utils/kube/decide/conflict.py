# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields that applying would change and that others own: what the server would refuse, with both values. Pure."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.fields import (
    Fields,
    find_item,
    is_leaf,
    item_keys,
)


@dataclass(frozen=True)
class FieldConflict:
    """One field. The values are those of the manifest and of the live object: they may be secret."""

    path: str
    owner: str
    ours: t.Any
    theirs: t.Any


def conflicts(wanted: t.Mapping[str, t.Any], live: t.Mapping[str, t.Any], manager: str) -> t.List[FieldConflict]:
    """A field counts where its value changes and another manager, or we by other means than apply, own it."""
    found: t.Dict[t.Tuple[str, str], FieldConflict] = {}
    for entry in (live.get("metadata") or {}).get("managedFields") or []:
        owner = str(entry.get("manager") or "")
        if (owner, entry.get("operation"), entry.get("subresource") or "") == (manager, "Apply", ""):
            continue
        for path, ours, theirs in _changed(wanted, live, entry.get("fieldsV1") or {}, ""):
            found.setdefault((path, owner), FieldConflict(path, owner, ours, theirs))
    return list(found.values())


_Found = t.Iterator[t.Tuple[str, t.Any, t.Any]]


def _changed(wanted: t.Any, live: t.Any, fields: Fields, path: str) -> _Found:
    if is_leaf(fields):
        if wanted != live and live is not None:
            yield path, wanted, live
    elif isinstance(wanted, t.Mapping) and isinstance(live, t.Mapping):
        for key, below in fields.items():
            name = key[2:]
            if key.startswith("f:") and name in wanted:
                yield from _changed(wanted[name], live.get(name), below, _join(path, name))
    elif isinstance(wanted, list) and isinstance(live, list):
        for keys, below in item_keys(fields):
            ours, theirs = find_item(wanted, keys), find_item(live, keys)
            if ours is not None and theirs is not None:
                yield from _changed(wanted[ours], live[theirs], below, path + _brackets(keys))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _brackets(keys: t.Mapping[str, t.Any]) -> str:
    return "[" + ",".join(f"{k}={json.dumps(v)}" for k, v in sorted(keys.items())) + "]"
