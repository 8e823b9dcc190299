# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edits of an object as people and programs make them, drawn at random."""

from __future__ import annotations

import copy
import typing as t

from hypothesis import strategies as st

Obj = t.Dict[str, t.Any]
Path = t.Tuple[t.Any, ...]
#: Other words for amounts that stand in the samples, and some for none.
_QUANTITIES = ["1", "0.5", "500m", "1000m", "1024Mi", "1Gi", "1073741824", "2Gi", "1e3", "0", "1.5Gi", 1, 2]
_ZEROS: list[t.Any] = [None, "", 0, False, {}, []]


def places(value: t.Any, path: Path = ()) -> t.Iterator[Path]:
    """Of everything that can be edited."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        if not path and key in ("apiVersion", "kind"):
            continue
        if path == ("metadata",) and key in ("name", "namespace"):
            continue
        if (*path, key) != ("metadata",):
            yield (*path, key)
        yield from places(below, (*path, key))


def draw_edit(data: st.DataObject, obj: Obj) -> Obj:
    """A copy with one thing changed."""
    found = copy.deepcopy(obj)
    choice = sorted(places(obj), key=repr)
    if not choice:
        return found
    path = data.draw(st.sampled_from(choice), label="path")
    how = data.draw(st.sampled_from(_EDITS), label="edit")
    parent: t.Any = found
    for key in path[:-1]:
        parent = parent[key]
    how(data, parent, path[-1])
    return found


def _leave_out(_data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    del parent[key]


def _change(_data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    value = parent[key]
    if isinstance(value, bool):
        parent[key] = not value
    elif isinstance(value, int):
        parent[key] = value + 1
    elif isinstance(value, str):
        parent[key] = value + "1"
    elif isinstance(value, list):
        value.reverse()


def _respell(data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    if isinstance(parent[key], (str, int)) and not isinstance(parent[key], bool):
        parent[key] = data.draw(st.sampled_from(_QUANTITIES))


def _zero(data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    parent[key] = data.draw(st.sampled_from(_ZEROS))


def _add(data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    value = parent[key]
    if isinstance(value, list) and value:
        more = copy.deepcopy(value[0])
        if isinstance(more, dict):
            for name in ("name", "mountPath", "containerPort", "port", "key"):
                if name in more:
                    more[name] = more[name] + 7 if isinstance(more[name], int) else f"{more[name]}x"
        value.insert(data.draw(st.integers(0, len(value))), more)
    elif isinstance(value, dict):
        value["new"] = data.draw(st.sampled_from(["x", 1, {}, {"a": "b"}, []]))


def _empty(_data: st.DataObject, parent: t.Any, key: t.Any) -> None:
    if isinstance(parent[key], (dict, list)):
        parent[key].clear()


_EDITS = [_leave_out, _change, _change, _respell, _zero, _add, _empty]
