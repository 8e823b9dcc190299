# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shapes of a kind whose schema is at hand: above all of custom resources. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import Path, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes, metadata_or
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import ANY, LIST, Schema


class SchemaShapes(Shapes):
    """What the schema says, and where it says nothing, what the server makes of that.

    Below `x-kubernetes-preserve-unknown-fields` maps are owned by their keys, and lists as a whole.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def is_atomic_map(self, path: Path) -> t.Optional[bool]:
        schema = self._at(path)
        if schema is None:
            return metadata_or(path, _NOTHING).is_atomic_map(path)
        return schema.map_type == "atomic"

    def is_granular_list(self, path: Path) -> t.Optional[bool]:
        schema = self._at(path)
        if schema is None:
            return metadata_or(path, _NOTHING).is_granular_list(path)
        return schema.type == LIST and schema.list_type in ("map", "set")

    def is_free_key(self, path: Path) -> t.Optional[bool]:
        if path is None or not isinstance(path[1], str):
            return False
        above = self._at(path[0])
        if above is None:
            return metadata_or(path, _NOTHING).is_free_key(path)
        return path[1] not in above.fields

    def default_of(self, path: Path) -> t.Any:
        schema = self._at(path)
        return schema.default if schema else None

    def _at(self, path: Path) -> t.Optional[Schema]:
        """None: in metadata, of which CRDs say nothing, or nowhere."""
        if path is None:
            return self._schema
        above = None if path == (None, "metadata") else self._at(path[0])
        return None if above is None else _below(above, path[1])


def _below(schema: Schema, step: Step) -> t.Optional[Schema]:
    if schema.type == ANY:
        return schema
    if not isinstance(step, str):
        return schema.items if schema.type == LIST else None
    found = schema.fields.get(step) or schema.rest
    # Metadata of an object inside the object.
    return None if step == "metadata" and found is not None and found.type == ANY else found


_NOTHING = Shapes()


def shapes_of(schema: t.Optional[Schema]) -> t.Optional[Shapes]:
    """For `decide` and `conflicts`: of custom resources; Kubernetes' own kinds are known without."""
    return None if schema is None or schema.core else SchemaShapes(schema)
