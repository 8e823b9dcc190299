# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a value that we ask for is the one that is there, also where the server spells it in its own way. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import Path, last_name
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.quantity import canonical
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes

#: The same as it is; the same once the server has rewritten it; not to be said here; another value.
SAME, REWRITTEN, UNSURE, DIFFERENT = range(4)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]")
#: An older name of a field, which the server fills from the newer one.
_ALIASES = ("serviceAccount",)


class _Absent:
    """No such field."""

    def __bool__(self) -> bool:
        return False


ABSENT: t.Any = _Absent()


class Comparer:
    """Compares values of one kind of object."""

    def __init__(self, kind: str, is_builtin: bool, shapes: Shapes) -> None:
        self._kind = kind
        self.is_builtin = is_builtin
        self._shapes = shapes

    def compare(self, wanted: t.Any, live: t.Any, path: Path) -> int:
        """`wanted` is one value: a scalar, or a map or list that is owned as a whole."""
        if live is ABSENT:
            return self._missing(wanted)
        if isinstance(wanted, dict) and isinstance(live, dict):
            return self._maps(wanted, live, path)
        if isinstance(wanted, list) and isinstance(live, list):
            return self._lists(wanted, live, path)
        # What does not fit the schema is for others to tell.
        odd = isinstance(wanted, (dict, list)) or isinstance(live, (dict, list))
        return UNSURE if odd else self._scalars(wanted, live, path)

    def _missing(self, wanted: t.Any) -> int:
        """Zero values of Go's types are not shown, and come back the same."""
        return REWRITTEN if self.is_builtin and is_zero(wanted) else UNSURE

    def _lists(self, wanted: t.List[t.Any], live: t.List[t.Any], path: Path) -> int:
        if len(wanted) != len(live):
            return self._sure(wanted)
        return max((self.compare(w, a, (path, (i,))) for i, (w, a) in enumerate(zip(wanted, live))), default=SAME)

    def _maps(self, wanted: t.Dict[str, t.Any], live: t.Dict[str, t.Any], path: Path) -> int:
        worst = SAME
        for key, value in wanted.items():
            worst = max(worst, self.compare(value, live.get(key, ABSENT), (path, key)))
        extra = live.keys() - wanted.keys()
        if extra:
            known = all(self._is_default(wanted, key, live[key], path) for key in extra)
            worst = max(worst, REWRITTEN if known else UNSURE)
        return worst

    def _is_default(self, wanted: t.Dict[str, t.Any], key: str, live: t.Any, path: Path) -> bool:
        place = last_name(path)
        if self.is_builtin and place == "subjects" and key == "apiGroup":
            return bool(live == builtin.subject_group(wanted))
        default = self._shapes.default_of((path, key))
        return default is not None and bool(default == live)

    def _sure(self, wanted: t.Any) -> int:
        """Pods are completed by admission at every write: what differs there may be what the server makes of it."""
        return UNSURE if self.is_builtin and (self._kind == "Pod" or is_zero(wanted)) else DIFFERENT

    def _scalars(self, wanted: t.Any, live: t.Any, path: Path) -> int:
        if same_number(wanted, live) or (type(wanted) is type(live) and wanted == live):
            return SAME
        if not self.is_builtin:
            return DIFFERENT if _alike(wanted, live) else UNSURE
        name, parent = last_name(path), last_name(path[0] if path else None)
        if builtin.is_quantity(self._kind, name, parent):
            return self._quantities(wanted, live)
        if name in builtin.BYTES or (parent in builtin.BYTE_MAPS and self._holds_bytes(parent)):
            return _bytes(wanted, live)
        if name in _ALIASES or (isinstance(wanted, str) and _TIME.match(wanted)) or not _alike(wanted, live):
            return UNSURE
        return self._sure(wanted)

    def _holds_bytes(self, parent: str) -> bool:
        return self._kind == "Secret" or parent == "binaryData"

    def _quantities(self, wanted: t.Any, live: t.Any) -> int:
        """Another spelling of the same amount is another value, unless it is the server's."""
        ours = canonical(wanted)
        if ours is None or canonical(live) != live:
            return UNSURE
        return REWRITTEN if ours == live else self._sure(wanted)


def is_zero(value: t.Any) -> bool:
    return value is None or (not value and isinstance(value, (bool, int, float, str, list, dict)))


def same_number(one: t.Any, other: t.Any) -> bool:
    """1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    return isinstance(one, (int, float)) and isinstance(other, (int, float)) and one == other


def _alike(one: t.Any, other: t.Any) -> bool:
    return isinstance(one, (bool, int, float, str)) and type(one) is type(other)


def _bytes(wanted: t.Any, live: t.Any) -> int:
    try:
        ours = base64.b64decode("".join(wanted.split("\n")).replace("\r", ""), validate=True)
        theirs = base64.b64decode(live, validate=True)
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return UNSURE
    return REWRITTEN if ours == theirs else DIFFERENT
