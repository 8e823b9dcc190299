# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task wants objects applied. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

RECREATE = "slipway.deploy/recreate"
_BOOLEANS: t.Dict[str, bool] = {
    **dict.fromkeys(("true", "yes", "on", "1", "y", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n", "f"), False),
}


@dataclass(frozen=True)
class ApplyOptions:
    """`force`: take fields over from every manager (True), from none (False), or from those that are named."""

    field_manager: str = "slipway"
    force: t.Union[bool, t.FrozenSet[str]] = False
    recreate: bool = False
    #: Ask the server about every change before the first one is written.
    preflight: bool = False

    def may_take_from(self, owner: str) -> bool:
        return self.force if isinstance(self.force, bool) else owner in self.force

    def may_recreate(self, obj: t.Mapping[str, t.Any]) -> bool:
        """The annotation of an object says it for that object, whatever the task says for all."""
        annotations = (obj.get("metadata") or {}).get("annotations") or {}
        said = _BOOLEANS.get(str(annotations.get(RECREATE, "")).lower())
        return self.recreate if said is None else said


def force_from(value: t.Any) -> t.Union[bool, t.FrozenSet[str]]:
    """The option `force_conflicts`: a bool, or names of field managers."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return frozenset(str(name) for name in value)
    word = str(value).strip()
    if word.lower() in _BOOLEANS:
        return _BOOLEANS[word.lower()]
    if not word:
        raise InputError("force_conflicts is empty: give true, false, or the names of field managers.")
    return frozenset(part.strip() for part in word.split(",") if part.strip())
