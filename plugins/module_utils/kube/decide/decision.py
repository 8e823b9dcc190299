# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is a live object already as asked? Decided without asking the server. Pure.

Server-side apply leaves an object alone exactly when our fields (by managedFields) are those that we ask for, and each
has the value that we ask for. Whoever else writes one of our fields takes it away from us, so drift shows as a field
that we ask for and do not own. Whatever is not certain here counts as a difference: then the request is sent, and the
resourceVersion tells.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import quantity
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.fields import (
    KEY_DEFAULTS,
    NOTHING,
    Fields,
    entry_of,
    find_item,
    is_leaf,
    item_keys,
    set_values,
)

Path = t.Tuple[str, ...]
#: What the server writes into atomic fields where a manifest leaves it out.
_ATOMIC_DEFAULTS: t.Dict[str, t.Any] = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "divisor": "0",
    "protocol": "TCP",
    "volumeMode": "Filesystem",
    "name": "",
    "conditions": {},
    "status": {"phase": "Pending"},
}
#: Whose names nobody owns.
_IDENTITY = ("apiVersion", "kind")
_OWN_NAME = ("name", "namespace")
_EMPTY: t.Tuple[t.Any, ...] = ("", 0, False, {}, [])


class _Different(Exception):
    """Carries where."""

    def __init__(self, path: Path) -> None:
        super().__init__(".".join(path))
        self.path = path


def difference(wanted: t.Mapping[str, t.Any], live: t.Mapping[str, t.Any], manager: str) -> t.Optional[Path]:
    """Where the object may not be as asked; None: applying it would change nothing, for certain.

    `wanted` is what would be sent (decide/normal.py).
    """
    entry = entry_of(live, manager)
    if entry is None:
        return ()
    if entry.get("apiVersion") != wanted.get("apiVersion"):
        return ("apiVersion",)
    walk = _Walk(_is_built_in(wanted))
    try:
        walk.mapping(_asked(wanted), live, entry.get("fieldsV1") or NOTHING, ())
    except _Different as found:
        return found.path
    return None


def _asked(wanted: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    metadata = {k: v for k, v in (wanted.get("metadata") or {}).items() if k not in _OWN_NAME}
    asked = {k: v for k, v in wanted.items() if k not in (*_IDENTITY, "metadata")}
    return {**asked, "metadata": metadata} if metadata else asked


def _is_built_in(wanted: t.Mapping[str, t.Any]) -> bool:
    group = str(wanted.get("apiVersion")).rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


class _Walk:
    """Raises _Different at the first field that is not as asked."""

    def __init__(self, built_in: bool) -> None:
        self._built_in = built_in

    def mapping(self, wanted: t.Mapping[str, t.Any], live: t.Any, fields: Fields, path: Path) -> None:
        if not isinstance(live, t.Mapping):
            raise _Different(path)
        for key, value in wanted.items():
            below = fields.get(f"f:{key}")
            if below is None:
                raise _Different((*path, key))
            self._value(value, live.get(key), below, (*path, key))
        for key in fields:
            if key.startswith("f:") and key[2:] not in wanted:
                raise _Different((*path, key[2:]))

    def _value(self, wanted: t.Any, live: t.Any, fields: Fields, path: Path) -> None:
        if is_leaf(fields):
            if not self._same(wanted, live, path) and not (live is None and wanted in _EMPTY):
                raise _Different(path)
        elif isinstance(wanted, dict):
            self.mapping(wanted, live, fields, path)
        elif isinstance(wanted, list) and isinstance(live, list):
            self._list(wanted, live, fields, path)
        else:
            raise _Different(path)

    def _list(self, wanted: t.List[t.Any], live: t.List[t.Any], fields: Fields, path: Path) -> None:
        keyed = list(item_keys(fields))
        if keyed:
            self._items(wanted, live, keyed, path)
            return
        values = set_values(fields)
        # Others may have values of their own between ours.
        if len(wanted) != len(values) or not values or [v for v in live if v in values] != wanted:
            raise _Different(path)

    def _items(
        self,
        wanted: t.List[t.Any],
        live: t.List[t.Any],
        keyed: t.List[t.Tuple[t.Dict[str, t.Any], Fields]],
        path: Path,
    ) -> None:
        if len(wanted) != len(keyed):
            raise _Different(path)
        order = []
        for keys, fields in keyed:
            ours, theirs = find_item(wanted, keys), find_item(live, keys)
            if ours is None or theirs is None:
                raise _Different(path)
            self._item(wanted[ours], live[theirs], fields, path)
            order.append((ours, theirs))
        places = [theirs for _ours, theirs in sorted(order)]
        if places != sorted(places) or len(set(places)) != len(places):
            raise _Different(path)  # the server may put them into our order

    def _item(self, wanted: t.Dict[str, t.Any], live: t.Dict[str, t.Any], fields: Fields, path: Path) -> None:
        """A key that we left out and the server filled in may be among our fields all the same."""
        filled = {k: v for k, v in KEY_DEFAULTS.items() if k not in wanted and f"f:{k}" in fields}
        self.mapping({**wanted, **filled}, live, fields, path)

    def _same(self, wanted: t.Any, live: t.Any, path: Path) -> bool:
        """Equal, or another spelling of the same."""
        if isinstance(wanted, dict) and isinstance(live, dict):
            more = {k: v for k, v in live.items() if k not in wanted}
            return all(
                key in live and self._same(value, live[key], (*path, key)) for key, value in wanted.items()
            ) and all(self._built_in and k in _ATOMIC_DEFAULTS and v == _ATOMIC_DEFAULTS[k] for k, v in more.items())
        if isinstance(wanted, list) and isinstance(live, list):
            return len(wanted) == len(live) and all(self._same(w, v, path) for w, v in zip(wanted, live))
        if isinstance(wanted, bool) or isinstance(live, bool):
            return wanted is live
        if wanted == live:
            return True
        return self._built_in and quantity.is_quantity(path) and quantity.equal(wanted, live)
