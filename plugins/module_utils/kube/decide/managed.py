# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who owns which fields of a live object, as `metadata.managedFields` tells. Pure.

A set of fields is a tree: `f:NAME` is a field, `k:{...}` an item of a list by its keys, `v:...` an item of a set;
`.` says that the node itself belongs to the set, and so does `{}`.
"""

from __future__ import annotations

import functools
import json
import typing as t

Obj = t.Dict[str, t.Any]
Node = t.Mapping[str, t.Any]
#: Where a field is: (where its parent is, step). A step is a name or, in a tuple, an item's index or `k:`/`v:` key.
Step = t.Union[str, t.Tuple[t.Any]]
Path = t.Optional[t.Tuple[t.Any, Step]]
APPLY, UPDATE = "Apply", "Update"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def entries(live: Obj) -> t.List[Obj]:
    found: t.List[Obj] = (live.get("metadata") or {}).get("managedFields") or []
    return found


def is_ours(entry: Obj, manager: str) -> bool:
    return entry.get("manager") == manager and entry.get("operation") == APPLY and not entry.get("subresource")


def own_entry(live: Obj, manager: str) -> t.Optional[Obj]:
    """What this manager has applied; None: nothing."""
    return next((e for e in entries(live) if is_ours(e, manager)), None)


def others(live: Obj, manager: str) -> t.List[Obj]:
    return [e for e in entries(live) if not is_ours(e, manager)]


def fields_of(entry: t.Optional[Obj]) -> Node:
    return ((entry or {}).get("fieldsV1")) or {}


def is_leaf(node: Node) -> bool:
    """Nothing below it: a scalar, or a map or list that is one value."""
    return not node or (len(node) == 1 and "." in node)


@functools.lru_cache(maxsize=4096)
def key_of(node_key: str) -> t.Any:
    """The value behind `k:` or `v:`. The same few keys come again in every object."""
    return json.loads(node_key[2:])


def last_name(path: Path) -> str:
    """The name of the nearest field: a list's items have none of their own."""
    while path is not None:
        path, step = path
        if isinstance(step, str):
            return step
    return ""


def names(path: Path) -> t.List[str]:
    """The fields on the way, without items."""
    found = []
    while path is not None:
        path, step = path
        if isinstance(step, str):
            found.append(step)
    return found[::-1]


def text(path: Path) -> str:
    """As the server writes it: `.spec.containers[name="web"].image`."""
    parts = []
    while path is not None:
        path, step = path
        parts.append(f".{step}" if isinstance(step, str) else _item(step[0]))
    return "".join(reversed(parts))


def _item(step: t.Any) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    value = key_of(step)
    if step[0] == "v":
        return f"[={json.dumps(value)}]"
    return "[" + ",".join(f"{k}={json.dumps(v)}" for k, v in value.items()) + "]"
