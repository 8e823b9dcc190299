# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one value may be, from its OpenAPI schema. Compiled when first looked at, once. Pure."""

from __future__ import annotations

import typing as t
from functools import cached_property

Raw = t.Dict[str, t.Any]
Step = t.Union[str, int, t.Mapping[str, t.Any]]

ANY, OBJECT, LIST, TEXT, INTEGER, NUMBER, BOOLEAN = "any", "object", "list", "text", "integer", "number", "boolean"
INT_OR_STRING, QUANTITY = "int-or-string", "quantity"
_TYPES = {
    "object": OBJECT,
    "array": LIST,
    "string": TEXT,
    "integer": INTEGER,
    "number": NUMBER,
    "boolean": BOOLEAN,
}
_TEXT: Raw = {"type": "string"}


class Types:
    """The named schemas of one document. `core`: of Kubernetes itself, not of a CustomResourceDefinition."""

    def __init__(self, raw: t.Mapping[str, Raw], *, core: bool = False) -> None:
        self._raw = raw
        self._made: t.Dict[str, Schema] = {}
        self.core = core

    def named(self, name: str) -> Schema:
        """Unknown names may be anything."""
        if name not in self._made:
            self._made[name] = Schema(self._raw.get(name) or {}, self)
        return self._made[name]

    def of(self, raw: Raw) -> Schema:
        ref = raw.get("$ref")
        if ref is None:
            return Schema(raw, self)
        if len(raw) == 1:
            return self.named(ref)
        return Schema({**(self._raw.get(ref) or {}), **{k: v for k, v in raw.items() if k != "$ref"}}, self)


class Schema:
    """One value's schema. `type` is one of the words above."""

    def __init__(self, raw: Raw, types: Types) -> None:
        self._raw = raw
        self._types = types
        self.type = _type_of(raw)
        self.format: str = raw.get("format") or ""
        self.default: t.Any = raw.get("default")
        self.nullable = bool(raw.get("nullable"))
        self.core = types.core
        #: atomic | map | set; "" where nothing is said (the server then treats lists as atomic).
        self.list_type: str = raw.get("x-kubernetes-list-type") or ""
        self.list_keys: t.Tuple[str, ...] = tuple(raw.get("x-kubernetes-list-map-keys") or ())
        #: atomic | granular; "" is granular.
        self.map_type: str = raw.get("x-kubernetes-map-type") or ""
        #: Fields that are not declared may be there.
        self.open = self.type == OBJECT and bool(
            raw.get("x-kubernetes-preserve-unknown-fields") or not (raw.get("properties") or self._embedded)
        )
        self.required: t.Tuple[str, ...] = tuple(raw.get("required") or ())
        #: Required even where the schema has a default (which is only Go's zero).
        self.always: t.Tuple[str, ...] = tuple(raw.get("always") or ())
        self.limits: Raw = {k: raw[k] for k in raw if k.startswith(("min", "max", "exclusive", "enum", "pattern"))}

    @property
    def _embedded(self) -> bool:
        return bool(self._raw.get("x-kubernetes-embedded-resource"))

    @cached_property
    def fields(self) -> t.Dict[str, Schema]:
        """The declared fields of an object."""
        raw: t.Dict[str, Raw] = self._raw.get("properties") or {}
        if self._embedded:
            raw = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": {}, **raw}
        return {name: self._types.of(inner) for name, inner in raw.items()}

    @cached_property
    def rest(self) -> t.Optional[Schema]:
        """Of the values of a free mapping (labels); None where only declared fields may be."""
        more = self._raw.get("additionalProperties")
        if isinstance(more, dict):
            return self._types.of(more)
        return Schema({}, self._types) if more or self.open else None

    @cached_property
    def items(self) -> Schema:
        return self._types.of(self._raw.get("items") or {})

    def child(self, step: Step) -> t.Optional[Schema]:
        """Below a field's name, or an index or key of a list (see fieldpath.steps); None: nothing is known."""
        if self.type == LIST:
            return None if isinstance(step, str) else self.items
        if self.type == OBJECT and isinstance(step, str):
            return self.fields.get(step) or self.rest
        return None

    def at(self, steps: t.Iterable[Step]) -> t.Optional[Schema]:
        found: t.Optional[Schema] = self
        for step in steps:
            found = found.child(step) if found else None
        return found


def _type_of(raw: Raw) -> str:
    if raw.get("x-kubernetes-int-or-string") or raw.get("format") == INT_OR_STRING:
        return INT_OR_STRING
    if raw.get("format") == QUANTITY:
        return QUANTITY
    return _TYPES.get(raw.get("type") or "", ANY)
