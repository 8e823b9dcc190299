# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a live object that a manifest is about: what it names, and what its manager owned until now. Pure.

A diff of these two shows what the user changes, and nothing of what the server or others filled in.
"""

from __future__ import annotations

import json
import typing as t

Fields = t.Mapping[str, t.Any]
_NO_FIELDS: t.Dict[str, t.Any] = {}
#: Items of lists are told apart by these, where nobody has applied the list yet. The first that all items have counts.
_NAMES = ("name", "containerPort", "port", "mountPath", "devicePath", "topologyKey", "key", "ip", "type", "uid")


#: (wanted, live, path) -> is it the same value, however spelled? The path is linked: ((None, "spec"), "replicas").
Same = t.Callable[[t.Any, t.Any, t.Any], bool]


def _equal(wanted: t.Any, live: t.Any, path: t.Any) -> bool:
    del path
    return bool(wanted == live)


def asked_of(live: t.Any, wanted: t.Any, owned: t.Optional[Fields] = None, same: Same = _equal) -> t.Any:
    """`live` cut down to the fields in `wanted` or in `owned` (FieldsV1), list items in the order of `wanted`.

    What is the `same` is shown as the manifest has it.
    """
    return _Cut(same).value(live, wanted, owned or _NO_FIELDS, None)


class _Cut:
    def __init__(self, same: Same) -> None:
        self._same = same

    def value(self, live: t.Any, wanted: t.Any, fields: Fields, path: t.Any) -> t.Any:
        if wanted is not None and self._same(wanted, live, path):
            return wanted
        if isinstance(live, dict) and isinstance(wanted, dict):
            return self._mapping(live, wanted, fields, path)
        if isinstance(live, list) and isinstance(wanted, list):
            return self._list(live, wanted, fields, path)
        if wanted is None and fields:
            return self._left_out(live, fields, path)
        return live

    def _mapping(
        self, live: t.Dict[str, t.Any], wanted: t.Dict[str, t.Any], fields: Fields, path: t.Any
    ) -> t.Dict[str, t.Any]:
        named = [key for key in wanted if key in live]
        named += [key for key in live if key not in wanted and f"f:{key}" in fields]
        return {
            key: self.value(live[key], wanted.get(key), fields.get(f"f:{key}") or _NO_FIELDS, (path, key))
            for key in named
        }

    def _left_out(self, live: t.Any, fields: Fields, path: t.Any) -> t.Any:
        """What we owned and ask for no more."""
        if isinstance(live, dict):
            return self._mapping(live, {}, fields, path) if any(key.startswith("f:") for key in fields) else live
        if isinstance(live, list):
            return self._list(live, [], fields, path) if any(key[:2] in ("k:", "v:") for key in fields) else live
        return live

    def _list(self, live: t.List[t.Any], wanted: t.List[t.Any], fields: Fields, path: t.Any) -> t.List[t.Any]:
        if any(key.startswith("v:") for key in fields):
            ours = [json.loads(key[2:]) for key in fields if key.startswith("v:")]
            return [v for v in wanted if v in live] + [v for v in live if v in ours and v not in wanted]
        keys = _keys_of(fields) or _guessed(live, wanted)
        if not keys:
            return live
        ours_by_name = {_name_by(json.loads(key[2:]), keys): sub for key, sub in fields.items() if key.startswith("k:")}
        by_name = {_name(item, keys): item for item in live}
        wanted_by_name = {_match(item, keys, by_name): item for item in wanted}
        names = [n for n in wanted_by_name if n in by_name]
        names += [n for n in by_name if n not in wanted_by_name and n in ours_by_name]
        return [
            self.value(by_name[n], wanted_by_name.get(n), ours_by_name.get(n) or _NO_FIELDS, (path, 0)) for n in names
        ]


def _keys_of(fields: Fields) -> t.Tuple[str, ...]:
    first = next((key for key in fields if key.startswith("k:")), None)
    return tuple(sorted(json.loads(first[2:]))) if first else ()


def _guessed(live: t.List[t.Any], wanted: t.List[t.Any]) -> t.Tuple[str, ...]:
    items = [*live, *wanted]
    if not items or not all(isinstance(item, dict) for item in items):
        return ()
    return next(((key,) for key in _NAMES if all(key in item for item in items)), ())


def _name(item: t.Any, keys: t.Tuple[str, ...]) -> str:
    return _name_by(item if isinstance(item, dict) else {}, keys)


def _name_by(found: t.Mapping[str, t.Any], keys: t.Tuple[str, ...]) -> str:
    return json.dumps([found.get(key) for key in keys])


def _match(item: t.Any, keys: t.Tuple[str, ...], by_name: t.Mapping[str, t.Any]) -> str:
    """An item may leave out keys that have a default (a port's protocol): then the one that agrees in the others."""
    name = _name(item, keys)
    if name in by_name or not isinstance(item, dict):
        return name
    given = {key: item[key] for key in keys if key in item}
    agreeing = [n for n, found in by_name.items() if isinstance(found, dict) and given.items() <= found.items()]
    return agreeing[0] if given and len(agreeing) == 1 else name
