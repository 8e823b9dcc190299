# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds and replaces names along a reference's path. Pure: what is replaced is a new object."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import Reference

#: Gets a name, gives the one to write.
Rename = t.Callable[[str], str]


def names_at(obj: t.Any, reference: Reference, namespace: str) -> t.List[str]:
    """The names that stand there now."""
    found: t.List[str] = []

    def note(name: str) -> str:
        found.append(name)
        return name

    renamed(obj, reference, namespace, note)
    return found


def renamed(obj: t.Any, reference: Reference, namespace: str, rename: Rename) -> t.Any:
    """`obj` with other names; the very same where none changes."""
    return _along(obj, reference.path.replace("[]", ".[]").split("."), reference.target, namespace, rename)


def _along(value: t.Any, keys: t.Sequence[str], target: str, namespace: str, rename: Rename) -> t.Any:
    """What does not look as the path expects is left alone: the server judges it."""
    key, rest = keys[0], keys[1:]
    if key == "[]":
        return _through_list(value, rest, target, namespace, rename)
    if not isinstance(value, dict) or key not in value:
        return value
    if rest:
        deeper = _along(value[key], rest, target, namespace, rename)
    else:
        deeper = _name(value, key, target, namespace, rename)
    return value if deeper is value[key] else {**value, key: deeper}


def _through_list(value: t.Any, rest: t.Sequence[str], target: str, namespace: str, rename: Rename) -> t.Any:
    if not isinstance(value, list):
        return value
    if not rest:
        items = [rename(item) if isinstance(item, str) else item for item in value]
    else:
        items = [_along(item, rest, target, namespace, rename) for item in value]
    return value if all(new is old for new, old in zip(items, value)) else items


def _name(holder: t.Dict[str, t.Any], key: str, target: str, namespace: str, rename: Rename) -> t.Any:
    name = holder[key]
    if not isinstance(name, str):
        return name
    if holder.get("kind", target) != target or (holder.get("namespace") or namespace) != namespace:
        return name
    return rename(name)
