# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walks what we ask for, what is there and what we own together, and notes where they part. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.compare import (
    ABSENT,
    DIFFERENT,
    REWRITTEN,
    SAME,
    Comparer,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import (
    Node,
    Obj,
    Path,
    is_leaf,
    key_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.ownership import owns
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes

_NOT_OWNED = frozenset(("apiVersion", "kind", "metadata"))
#: The server leaves them out of every set of fields.
_NOT_OWNED_METADATA = frozenset(("name", "namespace"))
_NEW, _LEFT = "not applied before", "no longer asked for"
_MOVED, _VALUE = "in another order", "another value"
_MARK = "owned in another way"
_DOUBT = "cannot be compared here"
_EMPTY: t.Dict[str, t.Any] = {}


class Walk:
    """`changed`: what the server will change; `unknown`: what only the server can tell."""

    def __init__(self, comparer: Comparer, shapes: Shapes, others: t.Sequence[Obj]) -> None:
        self.changed: t.List[t.Tuple[Path, str]] = []
        self.unknown: t.List[t.Tuple[Path, str]] = []
        self._comparer = comparer
        self._shapes = shapes
        self._others = others

    def top(self, wanted: Obj, live: Obj, owned: Node) -> None:
        metadata = {k: v for k, v in (wanted.get("metadata") or {}).items() if k not in _NOT_OWNED_METADATA}
        rest = {k: v for k, v in wanted.items() if k not in _NOT_OWNED}
        below = owned.get("f:metadata", _EMPTY)
        self._fields(metadata, live.get("metadata") or {}, below, (None, "metadata"))
        self._fields(rest, live, {k: v for k, v in owned.items() if k != "f:metadata"}, None)

    def _fields(self, wanted: t.Dict[str, t.Any], live: t.Any, owned: Node, path: Path) -> None:
        known = live if isinstance(live, dict) else _EMPTY
        found = 0
        for name, value in wanted.items():
            node = owned.get("f:" + name)
            if node is None:
                self._unowned(value, known.get(name, ABSENT), (path, name))
                continue
            found += 1
            if is_leaf(node):
                there = known.get(name, ABSENT)
                # What is most frequent first: the same scalar.
                if value.__class__ is not there.__class__ or value.__class__ in (dict, list) or value != there:
                    self._leaf(value, there, (path, name))
            else:
                self._branch(value, known.get(name, ABSENT), node, (path, name))
        if found != len(owned) - ("." in owned):
            for key in owned:
                if key != "." and key[2:] not in wanted:
                    self._left(key, path)

    def _left(self, key: str, path: Path) -> None:
        self.changed.append(((path, key[2:] if key[0] == "f" else (key,)), _LEFT))

    def _differs(self, path: Path, why: str) -> None:
        self.changed.append((path, why))

    def _doubt(self, path: Path, why: str = _DOUBT) -> None:
        self.unknown.append((path, why))

    def _unowned(self, value: t.Any, live: t.Any, path: Path) -> None:
        """Asked for and not owned: it becomes ours, but for lists without items, which nobody can own."""
        if path and path[1] == "status" and path[0] is None:
            self._doubt(path, "may be the server's own")
        elif _is_owned_once_applied(value):
            self._differs(path, _NEW)
        elif isinstance(value, dict):
            for name, below in value.items():
                self._unowned(below, live.get(name, ABSENT) if isinstance(live, dict) else ABSENT, (path, name))
            if not isinstance(live, dict):
                self._doubt(path)
        elif self._shapes.is_granular_list(path) and (isinstance(live, list) or self._comparer.is_builtin):
            return
        else:
            self._doubt(path)

    def _leaf(self, value: t.Any, live: t.Any, path: Path) -> None:
        """We own the node itself and nothing below it."""
        if isinstance(value, dict) and self._granular_leaf(value, live, path):
            return
        result = self._comparer.compare(value, live, path)
        if result == DIFFERENT:
            self._differs(path, _VALUE)
        elif result == REWRITTEN and not any(owns(entry, path) for entry in self._others):
            return
        elif result != SAME:
            self._doubt(path)

    def _granular_leaf(self, value: t.Dict[str, t.Any], live: t.Any, path: Path) -> bool:
        """A map that was empty when it was applied has the same mark as one that is owned as a whole.

        False: it is one value, or that makes no difference.
        """
        if not value and (live is ABSENT or live == {}):
            return False
        atomic = self._shapes.is_atomic_map(path)
        if atomic is None or not isinstance(live, dict):
            self._doubt(path)
        elif not atomic and value:
            self._differs(path, _NEW)
        return atomic is not True or not isinstance(live, dict)

    def _branch(self, value: t.Any, live: t.Any, node: Node, path: Path) -> None:
        first = next(key for key in node if key != ".")
        if first[0] == "f" and isinstance(value, dict):
            free = self._shapes.is_free_key(path)
            if free is None and "." in node:
                self._doubt(path)
            elif free is not None and free != ("." in node):
                self._differs(path, _MARK)
            self._fields(value, live, node, path)
        elif first[0] == "k" and isinstance(value, list):
            self._items(value, live, node, path)
        elif first[0] == "v" and isinstance(value, list):
            self._members(value, live, node, path)
        else:
            self._doubt(path)

    def _items(self, wanted: t.List[t.Any], live: t.Any, node: Node, path: Path) -> None:
        """A list whose items are known by keys."""
        keys = tuple(key_of(next(key for key in node if key != ".")))
        owned = {_applied_key(key_of(key), below): key for key, below in node.items() if key != "."}
        there = _index(live if isinstance(live, list) else [], keys)
        order: t.List[int] = []
        seen: t.Set[str] = set()
        for index, item in enumerate(wanted):
            place: Path = (path, (index,))
            mine = _key_in(item, keys)
            if mine is None or there is None:
                self._doubt(place)
                continue
            key = owned.get(mine)
            if key is None:
                self._differs(place, _NEW)
                continue
            self._item(item, key, node[key], there, order, (path, (key,)))
            seen.add(key)
        self._rest(wanted, node, seen, order, path)

    def _item(
        self,
        item: t.Dict[str, t.Any],
        key: str,
        below: Node,
        there: t.Dict[t.Any, t.Tuple[int, t.Any]],
        order: t.List[int],
        path: Path,
    ) -> None:
        found = there.get(tuple(_marked(v) for v in key_of(key).values()))
        if found is None:
            self._doubt(path)
            return
        order.append(found[0])
        if is_leaf(below):
            self._leaf_item(item, found[1], path)
            return
        if "." not in below:
            self._differs(path, _NEW)
        self._fields(item, found[1], below, path)

    def _leaf_item(self, item: t.Dict[str, t.Any], live: t.Any, path: Path) -> None:
        """An item that is one value, as a variable of a policy: its keys are in its mark, its fields are not."""
        result = self._comparer.compare(item, live, path)
        if result == DIFFERENT:
            self._differs(path, _VALUE)
        elif result != SAME:
            self._doubt(path)

    def _members(self, wanted: t.List[t.Any], live: t.Any, node: Node, path: Path) -> None:
        """A set of scalars."""
        there = {_marked(v): i for i, v in enumerate(live if isinstance(live, list) else []) if _is_plain(v)}
        owned = {_marked(key_of(key)): key for key in node if key != "."}
        order: t.List[int] = []
        seen: t.Set[str] = set()
        for index, value in enumerate(wanted):
            key = owned.get(_marked(value)) if _is_plain(value) else None
            if not _is_plain(value):
                self._doubt((path, (index,)))
            elif key is None:
                self._differs((path, (index,)), _NEW)
            elif _marked(value) not in there:
                self._doubt((path, (index,)))
            else:
                order.append(there[_marked(value)])
                seen.add(key)
        self._rest(wanted, node, seen, order, path)

    def _rest(self, wanted: t.List[t.Any], node: Node, seen: t.Set[str], order: t.List[int], path: Path) -> None:
        if len(order) != len(set(order)):
            self._doubt(path, "the same item twice")
        elif any(one > other for one, other in zip(order, order[1:])):
            self._differs(path, _MOVED)
        if len(seen) != len(node) - ("." in node) and len(seen) == len(order):
            for key in node:
                if key != "." and key not in seen:
                    self._left(key, path)


def _is_owned_once_applied(value: t.Any) -> bool:
    if isinstance(value, dict):
        return not value or any(_is_owned_once_applied(v) for v in value.values())
    return bool(value) if isinstance(value, list) else True


def _is_plain(value: t.Any) -> bool:
    return isinstance(value, (str, int, float, bool))


def _marked(value: t.Any) -> t.Any:
    """For use as a key: true is not 1."""
    return (value, "bool") if isinstance(value, bool) else value


def _applied_key(key: t.Dict[str, t.Any], below: Node) -> t.Tuple[t.Any, ...]:
    """The item's keys as it was applied: a key that is not a field of ours was left to its default.

    Of an item that is one value nobody can tell: then all of them count as applied.
    """
    if is_leaf(below):
        return tuple(_marked(v) for v in key.values())
    return tuple(_marked(v) if "f:" + k in below else ABSENT for k, v in key.items())


def _key_in(item: t.Any, keys: t.Tuple[str, ...]) -> t.Optional[t.Tuple[t.Any, ...]]:
    if not isinstance(item, dict):
        return None
    values = tuple(_marked(item.get(k, ABSENT)) for k in keys)
    return values if all(v is ABSENT or _is_plain(v) or isinstance(v, tuple) for v in values) else None


def _index(items: t.List[t.Any], keys: t.Tuple[str, ...]) -> t.Optional[t.Dict[t.Any, t.Tuple[int, t.Any]]]:
    """The live items by their keys; None: a key stands for two."""
    found: t.Dict[t.Any, t.Tuple[int, t.Any]] = {}
    for index, item in enumerate(items):
        key = _key_in(item, keys)
        if key is None or key in found:
            return None
        found[key] = (index, item)
    return found
