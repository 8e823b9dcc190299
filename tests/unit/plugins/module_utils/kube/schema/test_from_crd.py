# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a CustomResourceDefinition's manifest says about its objects, whatever stands in it."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd, is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.schema.documents import (
    core_schemas,
    crd,
    thing,
)

TEXT = {"type": "string"}


def problems(spec: dict[str, t.Any], value: t.Any, *, whole: bool = True, **metadata: t.Any) -> list[str]:
    schemas = Schemas()
    schemas.add(from_crd(crd(spec), core_schemas().object_meta()))
    boat = {"apiVersion": "example.com/v1", "kind": "Boat", "metadata": {"name": "x", **metadata}, "spec": value}
    return [f"{p.path}: {p.why}" for p in schemas.check(boat, whole=whole)]


@pytest.mark.parametrize(
    ("spec", "value", "expected"),
    [
        (thing(sails=TEXT), {"sail": "x"}, "spec.sail: unknown field 'sail'; did you mean 'sails'?"),
        (thing(a=TEXT), {"b": 1}, "spec.b: unknown field 'b'; the fields here are a"),
        ({**thing(a=TEXT), "required": ["a"]}, {}, "spec.a: the required field 'a' is missing"),
        ({**thing(a=TEXT), "required": ["a"]}, {"a": None}, "spec.a: the required field 'a' is missing"),
        (thing(a={**TEXT, "enum": ["red", "blue"]}), {"a": "rde"},
         "spec.a: must be one of red, blue; did you mean 'red'?"),
        (thing(a={"type": "integer", "minimum": 2}), {"a": 1}, "spec.a: must be at least 2"),
        (thing(a={"type": "integer", "maximum": 2}), {"a": 3}, "spec.a: must be at most 2"),
        (thing(a={"type": "number", "minimum": 0, "exclusiveMinimum": True}), {"a": 0}, "spec.a: must be more than 0"),
        (thing(a={"type": "number", "maximum": 0, "exclusiveMaximum": True}), {"a": 0}, "spec.a: must be less than 0"),
        (thing(a={"type": "integer"}), {"a": 1.5}, "spec.a: must be a whole number"),
        (thing(a={**TEXT, "minLength": 1}), {"a": ""}, "spec.a: must have at least 1 character"),
        (thing(a={**TEXT, "maxLength": 2}), {"a": "abc"}, "spec.a: must have at most 2 characters"),
        (thing(a={**TEXT, "pattern": "^[a-z]+$"}), {"a": "A"}, "spec.a: must match the pattern ^[a-z]+$"),
        (thing(a={"type": "array", "items": TEXT, "maxItems": 1}), {"a": ["x", "y"]},
         "spec.a: must have at most 1 item"),
        (thing(a={"type": "object", "additionalProperties": TEXT, "minProperties": 1}), {"a": {}},
         "spec.a: must have at least 1 field"),
        (thing(a={"x-kubernetes-int-or-string": True}), {"a": []},
         "spec.a: must be a whole number or text, but is a list"),
        ({**thing(a=TEXT), "x-kubernetes-preserve-unknown-fields": True}, {"a": 1, "b": 1},
         "spec.a: must be text, but is a number; write it in quotes"),
        ({**thing(a=TEXT), "x-kubernetes-embedded-resource": True},
         {"apiVersion": "v1", "kind": "X", "metadata": {"any": 1}, "b": 1},
         "spec.b: unknown field 'b'; the fields here are a, apiVersion, kind, metadata"),
    ],
)  # fmt: skip
def test_what_is_wrong(spec: dict[str, t.Any], value: t.Any, expected: str) -> None:
    assert problems(spec, value) == [expected]


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"type": "object"}, {"any": 1}),
        ({}, 5),
        ({**thing(a={**TEXT, "default": "x"}), "required": ["a"]}, {}),
        ({**thing(a={**TEXT, "nullable": True}), "required": ["a"]}, {"a": None}),
        (thing(a={**TEXT, "pattern": "^(?i)x$"}), {"a": "y"}),
        (thing(a={**TEXT, "pattern": "^[[:alpha:]]$"}), {"a": "a"}),
        (thing(a={**TEXT, "pattern": "("}), {"a": "a"}),
        (thing(a={**TEXT, "pattern": "^(a+)+$"}), {"a": "a" * 5000 + "b"}),
        (thing(a={"x-kubernetes-int-or-string": True}), {"a": "5"}),
        (thing(a={"type": "object", "additionalProperties": True}), {"a": {"b": []}}),
        (thing(a={"anyOf": [{"required": ["b"]}], **thing(b=TEXT)}), {"a": {}}),
    ],
)
def test_what_may_be_right(spec: dict[str, t.Any], value: t.Any) -> None:
    assert problems(spec, value) == []


def test_limits_are_for_whole_objects_only() -> None:
    spec = {**thing(a={**TEXT, "maxLength": 1}, b=TEXT), "required": ["b"]}
    assert problems(spec, {"a": "xx"}, whole=False) == []
    assert len(problems(spec, {"a": "xx"})) == 2


def test_metadata_is_checked_as_everywhere() -> None:
    assert problems({"type": "object"}, {}, labels={"a": 1}) == [
        "metadata.labels.a: must be text, but is a number; write it in quotes"
    ]


def test_each_served_version() -> None:
    definition = crd({"type": "object"})
    definition["spec"]["versions"].append({**definition["spec"]["versions"][0], "name": "v2", "served": False})
    definition["spec"]["versions"].append({"name": "v3", "served": True})
    assert list(from_crd(definition)) == [("example.com/v1", "Boat")]
    assert is_crd(definition)
    assert not is_crd({**definition, "apiVersion": "apiextensions.k8s.io/v1beta1"})


WORDS = ["type", "properties", "items", "required", "enum", "pattern", "maxLength", "minimum", "default", "allOf"]
WORDS += ["$ref", "additionalProperties", "x-kubernetes-list-map-keys", "x-kubernetes-list-type"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(WORDS), inner | st.sampled_from(["object", "array", "string", "map"]))
    ),
)


@given(JUNK, JUNK)
def test_no_crd_breaks_it(spec: t.Any, value: t.Any) -> None:
    problems(spec, value)
    problems({"type": "object", "properties": {"type": spec, "items": spec}}, {"type": value, "items": value})
