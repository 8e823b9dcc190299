# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody may have meant by a field that there is not: another spelling, or another place. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import LIST, Schema

#: Of how many levels a field may be too high, or too low.
_DEPTH = 4
_SHORT = 3
_FEW = 6


class Level(t.NamedTuple):
    """Where an object stands: its own schema, and the way to it."""

    schema: Schema
    path: str


def why_unknown(name: str, levels: t.Sequence[Level], value: t.Any) -> str:
    """`levels`: from the root to the object that the field is in."""
    here = levels[-1]
    meant = closest(name, here.schema.fields)
    if meant and _tight(name, meant):
        return f"unknown field '{name}'; did you mean '{meant}'?"
    place = _place(name, levels, value)
    if place is not None:
        return f"unknown field '{name}'; '{name}' belongs into {place or 'the object itself'}"
    if meant:
        return f"unknown field '{name}'; did you mean '{meant}'?"
    return f"unknown field '{name}'" + _known(here.schema)


def closest(name: str, names: t.Iterable[str]) -> str:
    """The one that is spelled most like it, if any is like it at all."""
    best, found = _tolerance(name) + 1, ""
    for candidate in names:
        if abs(len(candidate) - len(name)) < best:
            distance = 0 if _plain(candidate) == _plain(name) else edits(name.lower(), candidate.lower())
            if distance < best:
                best, found = distance, candidate
    return found


def edits(one: str, other: str) -> int:
    """How many letters are wrong, too many, missing, or swapped with their neighbour."""
    before: t.List[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if above and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _tolerance(name: str) -> int:
    return len(name) // 2 if len(name) <= _SHORT else max(2, len(name) // 3)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _tight(name: str, meant: str) -> bool:
    return _plain(name) == _plain(meant) or edits(name.lower(), meant.lower()) <= 1


def _known(schema: Schema) -> str:
    names = sorted(schema.fields)
    if not names or len(names) > _FEW:
        return "; check its spelling and its place"
    return f"; the fields here are {', '.join(names)}"


def _place(name: str, levels: t.Sequence[Level], value: t.Any) -> t.Optional[str]:
    """The nearest object that has such a field, below here, or below something that here is in."""
    for level in reversed(levels):
        found = _below(name, level, value)
        if found is not None:
            return found
    return None


def _below(name: str, start: Level, value: t.Any) -> t.Optional[str]:
    reached = [start]
    for _level in range(_DEPTH):
        for schema, path in reached:
            if name in schema.fields and _could_be(value, schema.fields[name]):
                return path
        reached = [Level(s, p) for level in reached for s, p in _inner(level)]
    return None


def _inner(level: Level) -> t.Iterator[t.Tuple[Schema, str]]:
    for name, field in sorted(level.schema.fields.items()):
        path = f"{level.path}.{name}" if level.path else name
        schema, path = (field.items, f"{path}[]") if field.type == LIST else (field, path)
        if schema.fields and name != "metadata":
            yield schema, path


def _could_be(value: t.Any, schema: Schema) -> bool:
    shapes = {"object": dict, "list": list}
    wanted = shapes.get(schema.type)
    return isinstance(value, wanted) if wanted else schema.type == "any" or not isinstance(value, (dict, list))
