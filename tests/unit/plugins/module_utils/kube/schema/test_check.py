# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is wrong is named, with its place and a way out; what may be right is let through."""

from __future__ import annotations

import copy
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import Schema
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.schema.documents import (
    core_schemas,
    deployment,
)

SCHEMAS = core_schemas()
POD = "spec.template.spec"
FIRST = f"{POD}.containers[0]"


def problems(obj: dict[str, t.Any], whole: bool = False) -> list[str]:
    return [f"{p.path}: {p.why}" for p in SCHEMAS.check(obj, whole=whole)]


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"imge": "x"}, "imge: unknown field 'imge'; did you mean 'image'?"),
        ({"IMAGE": "x"}, "IMAGE: unknown field 'IMAGE'; did you mean 'image'?"),
        ({"igmae": "x"}, "igmae: unknown field 'igmae'; did you mean 'image'?"),
        ({"replicas": 1}, "replicas: unknown field 'replicas'; 'replicas' belongs into spec"),
        ({"dnsPolicy": "x"}, f"dnsPolicy: unknown field 'dnsPolicy'; 'dnsPolicy' belongs into {POD}"),
        ({"containerPort": 1},
         f"containerPort: unknown field 'containerPort'; 'containerPort' belongs into {FIRST}.ports[]"),
        ({"nonsense": 1}, "nonsense: unknown field 'nonsense'; check its spelling and its place"),
        ({"image": 1}, "image: must be text, but is a number; write it in quotes"),
        ({"image": True}, "image: must be text, but is true or false; write it in quotes"),
        ({"image": ["x"]}, "image: must be text, but is a list"),
        ({"args": "x"}, "args: must be a list, but is text; begin each item with '- '"),
        ({"args": ["x", 1]}, "args[1]: must be text, but is a number; write it in quotes"),
        ({"limits": []}, "limits: must be a mapping, but is a list"),
        ({"limits": {"cpu": "1 GB"}}, "limits.cpu: must be a quantity: a number with one of n, u, m, k, M, G, T, P, "
         "E, Ki, Mi, Gi, Ti, Pi, Ei, or none"),
        ({"limits": {"cpu": False}}, "limits.cpu: must be a quantity such as 500m or 2Gi, but is true or false"),
        ({"port": 1.5}, "port: must be a whole number or text"),
        ({"port": True}, "port: must be a whole number or text, but is true or false"),
        ({"weight": "1"}, "weight: must be a number, but is text; write it without quotes"),
        ({"weight": "much"}, "weight: must be a number, but is text"),
        ({"key": "%"}, "key: must be base64, and is not (in a Secret, stringData takes plain text)"),
        ({"ports": [{"containerPort": 1.5}]}, "ports[0].containerPort: must be a whole number"),
        ({"ports": [{"containerPort": 80}, {"containerPort": 80.0, "protocol": "TCP"}]},
         "ports[1]: has the same containerPort and protocol as item 0; each may be there once"),
        ({"ports": [None]}, "ports[0]: is empty (null); take it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_container(container: dict[str, t.Any], expected: str) -> None:
    assert problems(deployment(**container)) == [f"{FIRST}.{expected}"]


@pytest.mark.parametrize(
    "container",
    [
        {"image": None, "args": None, "limits": None, "ports": None, "weight": None, "port": None},
        {"args": []},
        {"args": [None, "x"]},
        {"limits": {"cpu": 1, "memory": "1.5Gi", "a": "1e3", "b": 0.5, "c": "", "d": "1E"}},
        {"port": 80, "weight": 1},
        {"port": "http", "weight": 1.5, "key": "YW\nI="},
        {"ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}, {}]},
        {"ports": [{"containerPort": 1.0}]},
    ],
)
def test_what_may_be_right_is_let_through(container: dict[str, t.Any]) -> None:
    assert problems(deployment(**container)) == []


def test_everything_is_named_at_once() -> None:
    obj = deployment(imge="x", args=[1])
    obj["spec"].update(replcas=1, replicas="3", image="x", paused="yes", extra={"any": ["thing"]})
    obj["metadata"].update(labels={"a": 1}, finalizers=["a", "a"], labls={})
    obj["sped"] = {}
    obj["status"] = {"what": "ever"}
    assert problems(obj) == [
        "metadata.labels.a: must be text, but is a number; write it in quotes",
        "metadata.finalizers[1]: is the same as item 0; each may be there once",
        "metadata.labls: unknown field 'labls'; did you mean 'labels'?",
        "spec.replicas: must be a number, but is text; write it without quotes",
        f"{FIRST}.imge: unknown field 'imge'; did you mean 'image'?",
        f"{FIRST}.args[0]: must be text, but is a number; write it in quotes",
        "spec.replcas: unknown field 'replcas'; did you mean 'replicas'?",
        "spec.image: unknown field 'image'; 'image' belongs into spec.template.spec.containers[]",
        "spec.paused: must be true or false, but is text; write it without quotes",
        "sped: unknown field 'sped'; did you mean 'spec'?",
    ]


def test_what_a_whole_object_must_have() -> None:
    obj = deployment()
    del obj["spec"]["template"]["spec"]["containers"]
    obj["spec"]["template"]["spec"].update(dnsPolicy="Defult", nodeName="free")
    assert problems(obj) == []
    assert problems(obj, whole=True) == [
        f"{POD}.dnsPolicy: must be one of ClusterFirst, Default; did you mean 'Default'?",
        f"{POD}.containers: the required field 'containers' is missing",
    ]
    assert problems({**obj, "spec": {}}, whole=True) == [], "nobody has seen the server refuse this"


def test_values_are_never_shown() -> None:
    secret = "s3cr3t-1234567"
    for wrong in ({"weight": secret}, {"args": secret}, {"limits": {"cpu": secret}}, {"key": secret + "%"}):
        assert secret not in "".join(problems(deployment(**wrong), whole=True))


def test_unknown_kinds_are_let_through() -> None:
    assert problems({"apiVersion": "x/v1", "kind": "Y", "metadata": {}, "any": 1}, whole=True) == []
    assert SCHEMAS.for_kind("apps/v1", "DeploymentList") is None


def test_children() -> None:
    schema = SCHEMAS.for_kind("apps/v1", "Deployment")
    assert schema
    ports = schema.at(["spec", "template", "spec", "containers", 0, "ports"])
    assert ports
    assert (ports.list_type, ports.list_keys) == ("map", ("containerPort", "protocol"))
    protocol = ports.at([{"containerPort": "80"}, "protocol"])
    assert protocol and protocol.default == "TCP"
    assert schema.at(["metadata", "labels", "any.thing"])
    assert schema.at(["spec", "nothing", "below"]) is None


def values(schema: Schema, depth: int = 4) -> st.SearchStrategy[t.Any]:
    """Right values of a schema."""
    simple: dict[str, st.SearchStrategy[t.Any]] = {
        "text": st.text() if schema.format != "byte" else st.just("YWI="),
        "integer": st.integers(-(2**31), 2**31 - 1),
        "number": st.integers(0, 5) | st.floats(0, 5),
        "boolean": st.booleans(),
        "int-or-string": st.integers(0, 5) | st.text(),
        "quantity": st.sampled_from(["1", "500m", "1.5Gi", 1, 0.5, "1e3"]),
        "any": st.booleans() | st.text() | st.just({"a": [1]}),
    }
    if schema.type in simple:
        return simple[schema.type] | st.none()
    if depth == 0:
        return st.none()
    if schema.type == "list":
        items = st.lists(values(schema.items, depth - 1).filter(lambda v: v is not None), max_size=2)
        return items.filter(lambda v: not schema.list_type or len(v) < 2)
    if schema.fields:
        below = {k: values(v, depth - 1) for k, v in schema.fields.items() if k not in ("apiVersion", "kind")}
        return st.fixed_dictionaries({}, optional=below)
    return st.dictionaries(st.text(), values(schema.rest or schema, depth - 1), max_size=2)


_DEPLOYMENT = SCHEMAS.for_kind("apps/v1", "Deployment")
assert _DEPLOYMENT
OBJECTS = values(_DEPLOYMENT, 6).map(lambda obj: {**obj, "apiVersion": "apps/v1", "kind": "Deployment"})


def declared(value: t.Any, schema: Schema | None, way: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    """The ways to all fields that their schema declares."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        if schema and step in schema.fields and way + (step,) not in {("apiVersion",), ("kind",)}:  # noqa: RUF005
            yield (*way, step)
        yield from declared(below, schema.child(step) if schema else None, (*way, step))


@given(OBJECTS)
def test_right_objects_pass(obj: dict[str, t.Any]) -> None:
    assert problems(obj) == []


@given(st.data())
def test_one_misspelled_field_is_named(data: st.DataObject) -> None:
    obj = copy.deepcopy(data.draw(OBJECTS))
    found = list(declared(obj, _DEPLOYMENT))
    if not found:
        return
    way = data.draw(st.sampled_from(found))
    container = obj
    for step in way[:-1]:
        container = container[step]
    container[way[-1] + "x"] = container.pop(way[-1])
    ((path, why),) = SCHEMAS.check(obj)
    assert path.endswith(f"{way[-1]}x")
    assert f"'{way[-1]}'" in why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["metadata", "spec", "status", "x", ""]), JSON))
def test_nothing_breaks_it(obj: dict[str, t.Any]) -> None:
    problems({"apiVersion": "apps/v1", "kind": "Deployment", **obj}, whole=True)
