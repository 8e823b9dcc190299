# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a kind's fields are shaped: which maps and lists are one value to the server, which have owners inside. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide import builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import Path, last_name, names


class Shapes:
    """Nothing is known: a custom resource without its schema. None says so."""

    def is_atomic_map(self, path: Path) -> t.Optional[bool]:
        """The map at `path` is one value."""
        return None

    def is_granular_list(self, path: Path) -> t.Optional[bool]:
        """The list at `path` has items that are owned one by one."""
        return None

    def is_free_key(self, path: Path) -> t.Optional[bool]:
        """`path` is no field of a type but a key that the user has chosen: it is owned besides what it holds."""
        return None

    def default_of(self, path: Path) -> t.Any:
        """What the server adds at `path` inside a value that is owned as a whole; None: nothing known."""
        return None


class BuiltinShapes(Shapes):
    """Of Kubernetes' own kinds."""

    def is_atomic_map(self, path: Path) -> t.Optional[bool]:
        return last_name(path) in builtin.ATOMIC_MAPS

    def is_granular_list(self, path: Path) -> t.Optional[bool]:
        name = last_name(path)
        if name in builtin.GRANULAR_LISTS or names(path) == ["metadata", "finalizers"]:
            return True
        return True if name in builtin.GRANULAR_LISTS_BELOW and len(names(path)) > 1 else None

    def is_free_key(self, path: Path) -> t.Optional[bool]:
        """Maps of maps are rare here, and none is among what people apply by fields of their own."""
        return False

    def default_of(self, path: Path) -> t.Any:
        return builtin.DEFAULTS.get((last_name(path[0]), last_name(path))) if path else None


_BUILTIN, _UNKNOWN = BuiltinShapes(), Shapes()


def metadata_or(path: Path, other: Shapes) -> Shapes:
    """Metadata has the same shape in all kinds."""
    return _BUILTIN if "metadata" in names(path) else other


def shapes_for(api_version: str) -> Shapes:
    return _BUILTIN if builtin.is_builtin(api_version) else _UNKNOWN
