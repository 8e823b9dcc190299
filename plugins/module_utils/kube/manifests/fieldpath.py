# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Field paths as the API server writes them in its errors, and where they stand in a text."""

from __future__ import annotations

import re
import typing as t

Step = t.Union[str, int, t.Dict[str, str]]
_TOKEN = re.compile(r"\.?([^.\[]+)|\[([^\]]*)\]")
_PAIR = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def steps(path: str) -> t.List[Step]:
    """`.spec.containers[name="web"].ports[0]` -> ["spec", "containers", {"name": "web"}, "ports", 0]."""
    found: t.List[Step] = []
    for plain, inner in _TOKEN.findall(path):
        if plain:
            found.append(plain)
        elif inner.isdigit():
            found.append(int(inner))
        elif _PAIR.search(inner):
            found.append(dict(_PAIR.findall(inner)))
        else:
            found.append(inner.strip('"'))
    return found


def node_at(node: t.Any, path: str) -> t.Any:
    """The YAML node at which the path's field starts (its key); of a missing field, what it would be in."""
    rest = steps(path)
    start = node
    while rest:
        key_node, deeper, rest = _step(node, rest)
        if deeper is None:
            break
        node = deeper
        start = key_node or deeper
    return start


def reaches(node: t.Any, path: str) -> bool:
    """Whether the field is written there, all the way."""
    rest = steps(path)
    while rest and node is not None:
        _key_node, node, rest = _step(node, rest)
    return node is not None and not rest


def _step(node: t.Any, rest: t.List[Step]) -> t.Tuple[t.Any, t.Any, t.List[Step]]:
    """(key's node, value's node, the steps that are left); no value node: the text ends here."""
    if node.id == "mapping":
        return _into_mapping(node, rest)
    head = rest[0]
    if node.id == "sequence" and isinstance(head, int) and head < len(node.value):
        return None, node.value[head], rest[1:]
    if node.id == "sequence" and isinstance(head, dict):
        for item in node.value:
            if item.id == "mapping" and head.items() <= _scalars(item).items():
                return None, item, rest[1:]
    return None, None, rest


def _into_mapping(node: t.Any, rest: t.List[Step]) -> t.Tuple[t.Any, t.Any, t.List[Step]]:
    """A key may have dots in it (annotations): try one step, then two joined, and so on."""
    keys = {k.value: (k, v) for k, v in node.value}
    joined = ""
    for used, step in enumerate(rest, start=1):
        if not isinstance(step, str):
            break
        joined = f"{joined}.{step}" if joined else step
        if joined in keys:
            key_node, value_node = keys[joined]
            return key_node, value_node, rest[used:]
    return None, None, rest


def _scalars(node: t.Any) -> t.Dict[str, str]:
    return {k.value: v.value for k, v in node.value if v.id == "scalar"}
