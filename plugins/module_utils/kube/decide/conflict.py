# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields that applying would change and that others own: what the server would refuse, with both values. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.builtin import KEY_DEFAULTS
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.compare import ABSENT, same_number
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import (
    Node,
    Obj,
    Path,
    fields_of,
    is_leaf,
    key_of,
    others,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes, shapes_for

_Found = t.Iterator[t.Tuple[Path, t.Any, t.Any]]


@dataclass(frozen=True)
class FieldConflict:
    """One field. The values are those of the manifest and of the live object: they may be secret."""

    path: str
    owner: str
    ours: t.Any
    #: None: the field is not there.
    theirs: t.Any
    #: How its owner wrote it: Apply or Update.
    operation: str = ""
    subresource: str = ""


def conflicts(wanted: Obj, live: Obj, manager: str, shapes: t.Optional[Shapes] = None) -> t.List[FieldConflict]:
    """A field counts where its value changes and another manager, or we by other means than apply, own it.

    The server compares before it completes: `0.5` is not `500m` here. Where an object has no managedFields at all, its
    "before-first-apply" may own what we change: the server tells of that, not this function.
    """
    shapes = shapes or shapes_for(str(wanted.get("apiVersion")))
    found: t.List[FieldConflict] = []
    for entry in others(live, manager):
        owner, how, part = (str(entry.get(k) or "") for k in ("manager", "operation", "subresource"))
        for path, ours, theirs in _fields(wanted, live, fields_of(entry), None, shapes):
            shown = None if theirs is ABSENT else theirs
            found.append(FieldConflict(text(path).lstrip("."), owner, ours, shown, how, part))
    return found


def _changed(wanted: t.Any, live: t.Any, node: Node, path: Path, shapes: Shapes) -> _Found:
    if is_leaf(node):
        if not _equal(wanted, live) and _is_one_value(wanted, live, path, shapes):
            yield path, wanted, live
    elif isinstance(wanted, dict):
        yield from _fields(wanted, live, node, path, shapes)
    elif isinstance(wanted, list):
        yield from _items(wanted, live, node, path, shapes)


def _fields(wanted: Obj, live: t.Any, node: Node, path: Path, shapes: Shapes) -> _Found:
    there = live if isinstance(live, dict) else {}
    for key, below in node.items():
        name = key[2:]
        if key[:2] == "f:" and name in wanted:
            yield from _changed(wanted[name], there.get(name, ABSENT), below, (path, name), shapes)


def _items(wanted: t.List[t.Any], live: t.Any, node: Node, path: Path, shapes: Shapes) -> _Found:
    for key, below in node.items():
        if key[:2] == "k:":
            ours, theirs = item_of(wanted, key_of(key)), item_of(live, key_of(key))
            if isinstance(ours, dict):
                yield from _changed(ours, theirs, below, (path, (key,)), shapes)


def item_of(items: t.Any, keys: t.Mapping[str, t.Any]) -> t.Any:
    """The item with these keys; one that leaves out a key with a default has the default."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and all(item.get(k, KEY_DEFAULTS.get(k)) == v for k, v in keys.items()):
            return item
    return ABSENT


def _is_one_value(wanted: t.Any, live: t.Any, path: Path, shapes: Shapes) -> bool:
    """An owner of an empty map owns nothing of what we put into it, but the empty map that we bring back."""
    if not isinstance(wanted, dict) or (not wanted and live is ABSENT):
        return True
    atomic = shapes.is_atomic_map(path)
    if atomic is None:
        return bool(wanted) and live is not ABSENT and live != {}
    return atomic


def _equal(one: t.Any, other: t.Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return same_number(one, other) or (type(one) is type(other) and bool(one == other))
