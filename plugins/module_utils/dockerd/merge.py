# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our options in a file that others write too. Pure.

The file's other keys stay. A key that we set once and no longer want goes: so the keys that are ours are remembered.
"""

from __future__ import annotations

import copy
import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

#: The way to one value: `("log-opts", "max-size")`.
KeyPath = t.Tuple[str, ...]
Owned = t.FrozenSet[KeyPath]


def owned_by(options: t.Mapping[str, t.Any], above: KeyPath = ()) -> Owned:
    """The keys that these options set: mappings are shared key by key, everything else is one value."""
    found: t.Set[KeyPath] = set()
    for key, value in options.items():
        found |= owned_by(value, (*above, key)) if isinstance(value, dict) and value else {(*above, key)}
    return frozenset(found)


def merged(found: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any], before: Owned) -> t.Dict[str, t.Any]:
    """`options` over what was found, without what was ours `before` and is wanted no more."""
    result = copy.deepcopy(dict(found))
    for path in before - owned_by(options):
        _drop(result, path)
    return _over(result, options)


def _drop(data: t.Dict[str, t.Any], path: KeyPath) -> None:
    key, rest = path[0], path[1:]
    if not rest:
        data.pop(key, None)
        return
    inner = data.get(key)
    if isinstance(inner, dict):
        _drop(inner, rest)
        if not inner:
            del data[key]


def _over(below: t.Dict[str, t.Any], options: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    for key, value in options.items():
        inner = below.get(key)
        both = isinstance(value, dict) and isinstance(inner, dict)
        below[key] = _over(t.cast("t.Dict[str, t.Any]", inner), value) if both else copy.deepcopy(value)
    return below


def parse(text: t.Optional[str], path: str) -> t.Dict[str, t.Any]:
    """The file that is there, as data."""
    if text is None or not text.strip():
        return {}
    try:
        data = json.loads(text)
    except ValueError as exc:
        raise InputError(
            f"{path} is not JSON ({exc}), so nothing can be merged into it. Repair it, or set merge: false."
        ) from exc
    if not isinstance(data, dict):
        raise InputError(f"{path} holds no JSON object. Repair it, or set merge: false.")
    return data


def remembered(text: t.Optional[str]) -> Owned:
    """What an earlier run noted as ours; a note that cannot be read counts as none."""
    try:
        return frozenset(tuple(map(str, path)) for path in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return frozenset()


def note(owned: Owned) -> str:
    """For `remembered`. Names of keys only, never a value."""
    return json.dumps(sorted(owned)) + "\n"
