# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is wrong with an object, by its schema, before it is sent. Pure.

Never wrong about what it names: whatever the server might take after all is left to the server.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.problem import Problem
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema import schema as types
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema import values
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.items import repeated
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.limits import limits
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import Schema
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.suggest import Level, why_unknown

#: The server's own, or said elsewhere.
_NOT_OURS = frozenset({"apiVersion", "kind", "status"})


class Spot(t.NamedTuple):
    """A place in the object: what it is in, its name or index there, and what it may be."""

    above: t.Optional[Spot]
    step: t.Union[str, int]
    schema: Schema

    def levels(self) -> t.List[Level]:
        """From the root to here."""
        chain: t.List[Spot] = []
        spot: t.Optional[Spot] = self
        while spot is not None:
            chain.append(spot)
            spot = spot.above
        found: t.List[Level] = []
        for one in reversed(chain):
            found.append(Level(one.schema, join(found[-1].path, one.step) if found else ""))
        return found

    @property
    def path(self) -> str:
        return self.levels()[-1].path


def join(path: str, step: t.Union[str, int]) -> str:
    """As fieldpath.py reads it."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def check(obj: t.Mapping[str, t.Any], schema: Schema, *, whole: bool = False) -> t.List[Problem]:
    """What is wrong: unknown fields, wrong types, items that are there twice.

    `whole`: the object is new, so that it must be complete, and no webhook mends it: what is missing is wrong too,
    and so are values that the schema does not allow. An object that exists may have those from elsewhere.
    """
    checker = _Checker(whole)
    content = {name: value for name, value in obj.items() if name not in _NOT_OURS}
    checker.visit(content, Spot(None, "", schema))
    return checker.problems


class _Checker:
    def __init__(self, whole: bool) -> None:
        self.problems: t.List[Problem] = []
        self._whole = whole

    def visit(self, value: t.Any, spot: Spot) -> None:
        schema = spot.schema
        wrong = _SCALARS[schema.type](value, schema)
        if wrong:
            self._say(spot, wrong)
        elif schema.type == types.OBJECT and isinstance(value, dict):
            self._object(value, spot)
        elif schema.type == types.LIST and isinstance(value, list):
            self._list(value, spot)
        if self._whole and not wrong:
            self._wholly(value, spot)

    def _object(self, value: t.Dict[str, t.Any], spot: Spot) -> None:
        fields, rest = spot.schema.fields, spot.schema.rest
        for name, inner in value.items():
            schema = fields.get(name) or rest
            if schema is None:
                self._say(Spot(spot, name, spot.schema), why_unknown(name, spot.levels(), inner))
            elif inner is not None and schema.type != types.ANY and not _plainly_right(inner, schema, self._whole):
                self.visit(inner, Spot(spot, name, schema))

    def _list(self, value: t.List[t.Any], spot: Spot) -> None:
        inner = spot.schema.items
        for index, item in enumerate(value):
            if item is not None and inner.type != types.ANY and not _plainly_right(item, inner, self._whole):
                self.visit(item, Spot(spot, index, inner))
        for index, why in repeated(value, spot.schema):
            self._say(Spot(spot, index, inner), why)

    def _wholly(self, value: t.Any, spot: Spot) -> None:
        for why in limits(value, spot.schema.limits) if spot.schema.limits else ():
            self._say(spot, why)
        if isinstance(value, dict) and spot.schema.type == types.OBJECT:
            for name in _missing(value, spot.schema):
                self._say(Spot(spot, name, spot.schema), f"the required field '{name}' is missing")
        if not spot.schema.core and spot.schema.type in _EXACT:
            why = _EXACT[spot.schema.type](value)
            if why:
                self._say(spot, why)

    def _say(self, spot: Spot, why: str) -> None:
        self.problems.append(Problem(spot.path, why))


def _plainly_right(value: t.Any, schema: Schema, whole: bool) -> bool:
    """Most values are: text where text belongs."""
    return isinstance(value, str) and schema.type == types.TEXT and not schema.format and not (whole and schema.limits)


def _missing(value: t.Mapping[str, t.Any], schema: Schema) -> t.Iterator[str]:
    for name in schema.always:
        if value.get(name) is None:
            yield name
    for name in schema.required:
        field = schema.fields.get(name)
        absent = name not in value or (value[name] is None and not (field and field.nullable))
        if name not in _NOT_OURS and absent and (field is None or field.default is None):
            yield name


def _int_or_string(value: t.Any, schema: Schema) -> str:
    return values.int_or_string(value) if schema.core else ""


#: By what the schema wants: (value, schema) -> what is wrong. Of custom resources a fraction or an odd kind of
#: int-or-string is refused too, but late: after webhooks.
_SCALARS: t.Dict[str, t.Callable[[t.Any, Schema], str]] = {
    types.ANY: lambda value, schema: "",
    types.OBJECT: lambda value, schema: values.mapping(value),
    types.LIST: lambda value, schema: values.sequence(value),
    types.TEXT: lambda value, schema: values.text(value, schema.format if schema.core else ""),
    types.INTEGER: lambda value, schema: values.integer(value, schema.core),
    types.NUMBER: lambda value, schema: values.number(value),
    types.BOOLEAN: lambda value, schema: values.boolean(value),
    types.INT_OR_STRING: _int_or_string,
    types.QUANTITY: lambda value, schema: values.quantity(value),
}
_EXACT: t.Dict[str, t.Callable[[t.Any], str]] = {
    types.INTEGER: lambda value: values.integer(value, True),
    types.INT_OR_STRING: values.int_or_string,
}
