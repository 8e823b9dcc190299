# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verdicts on objects written here; tests/api asks a real server."""

from __future__ import annotations

import copy
import time
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import conflicts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.decision import (
    Verdict,
    decide,
    difference,
)

Obj = t.Dict[str, t.Any]


def config(**data: t.Any) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def applied(obj: Obj, fields: Obj, **entry: t.Any) -> Obj:
    ours = {"manager": "slipway", "operation": "Apply", "apiVersion": obj["apiVersion"], "fieldsV1": fields, **entry}
    return {**obj, "metadata": {**obj["metadata"], "managedFields": [ours]}}


OWNED = {"f:data": {"f:a": {}, "f:b": {}}}


@pytest.mark.parametrize(
    ("asked", "live", "fields", "verdict", "reason"),
    [
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, OWNED, "unchanged", ""),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2", "theirs": "3"}, OWNED, "unchanged", ""),
        ({"a": "0.5", "b": "2"}, {"a": "500m", "b": "2"}, OWNED, "changed", ".data.a: another value"),
        ({"a": "1"}, {"a": "1", "b": "2"}, OWNED, "changed", ".data.b: no longer asked for"),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, {"f:data": {"f:a": {}}}, "changed", ".data.b: not applied before"),
        ({"a": "1", "b": "2"}, {"a": "1"}, OWNED, "unknown", ".data.b: cannot be compared here"),
        ({"a": "1", "b": ""}, {"a": "1", "b": "2"}, OWNED, "unknown", ".data.b: cannot be compared here"),
    ],
)
def test_verdicts(asked: Obj, live: Obj, fields: Obj, verdict: str, reason: str) -> None:
    decision = decide(config(**asked), applied(config(**live), fields), "slipway")
    assert (decision.verdict, decision.reasons) == (verdict, (reason,) if reason else ())


@pytest.mark.parametrize(
    ("entry", "metadata"),
    [
        ({"apiVersion": "v1beta1"}, {}),
        ({}, {"deletionTimestamp": "2026-01-01T00:00:00Z"}),
    ],
)
def test_what_cannot_be_decided_at_all(entry: Obj, metadata: Obj) -> None:
    live = applied(config(a="1", b="2"), OWNED, **entry)
    live["metadata"].update(metadata)
    assert decide(config(a="1", b="2"), live, "slipway").verdict == Verdict.UNKNOWN
    assert difference(config(a="1", b="2"), live, "slipway") == ()


@pytest.mark.parametrize("other", [{"operation": "Update"}, {"manager": "kubectl"}, {"subresource": "status"}])
def test_only_our_own_applies_count(other: Obj) -> None:
    live = applied(config(a="1", b="2"), OWNED, **other)
    assert decide(config(a="1", b="2"), live, "slipway").verdict == Verdict.CHANGED
    assert difference(config(a="1", b="2"), live, "slipway") == ("data",)


def test_reasons_hold_no_values() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "aHVudGVyMg=="}}
    live = applied({**secret, "data": {"a": "b2xk"}}, {"f:data": {"f:a": {}}})
    decision = decide(secret, live, "slipway")
    assert decision.verdict == Verdict.CHANGED
    assert decision.reasons == (".data.a: another value",)


@pytest.mark.parametrize("wrong", [[], {}, [1], {"a": 1}])
def test_a_structure_where_a_value_belongs_is_left_to_the_schema(wrong: t.Any) -> None:
    def limits(cpu: t.Any) -> Obj:
        spec = {"limits": [{"type": "Container", "default": {"cpu": cpu}}]}
        return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": spec}

    live = applied(limits("1"), {"f:spec": {"f:limits": {}}})
    assert decide(limits(wrong), live, "slipway").verdict == Verdict.UNKNOWN


def custom(spec: Obj) -> Obj:
    return {"apiVersion": "x.test/v1", "kind": "X", "metadata": {"name": "x"}, "spec": spec}


@pytest.mark.parametrize(
    ("asked", "live", "fields", "verdict"),
    [
        ({"a": 1}, {"a": 1.0}, {"f:a": {}}, "unchanged"),
        ({"a": 1}, {"a": True}, {"f:a": {}}, "unknown"),
        ({"a": None}, {"a": None}, {"f:a": {}}, "unchanged"),
        ({"a": "0.5"}, {"a": "500m"}, {"f:a": {}}, "changed"),
        # A map that is one value, or was applied empty: only a schema tells.
        ({"a": {"b": 1}}, {"a": {"b": 1}}, {"f:a": {}}, "unknown"),
        ({"a": {}}, {"a": {}}, {"f:a": {}}, "unchanged"),
        ({"l": [1, 2]}, {"l": [1, 2]}, {"f:l": {}}, "unchanged"),
        ({"l": ["x", "y"]}, {"l": ["x", "z", "y"]}, {"f:l": {'v:"x"': {}, 'v:"y"': {}}}, "unchanged"),
        ({"l": ["y", "x"]}, {"l": ["x", "y"]}, {"f:l": {'v:"x"': {}, 'v:"y"': {}}}, "changed"),
        ({"l": ["x", "x"]}, {"l": ["x"]}, {"f:l": {'v:"x"': {}}}, "unknown"),
        ({"l": []}, {"l": []}, {}, "unknown"),
    ],
)
def test_custom_resources_without_a_schema(asked: Obj, live: Obj, fields: Obj, verdict: str) -> None:
    owned = {"f:spec": fields} if fields else {}
    decision = decide(custom(asked), applied(custom(live), owned), "slipway")
    assert decision.verdict == verdict


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ([{"name": "a", "expression": "1"}], "unchanged"),
        ([{"name": "a", "expression": "2"}], "changed"),
        ([{"name": "b", "expression": "1"}], "changed"),
        ([{"name": "a", "expression": "1"}, {"name": "b", "expression": "1"}], "changed"),
    ],
)
def test_items_that_are_one_value(asked: t.List[Obj], verdict: str) -> None:
    """As the server marks the variables of a ValidatingAdmissionPolicy."""
    there = [{"name": "a", "expression": "1"}]
    owned = {"f:spec": {"f:variables": {'k:{"name":"a"}': {}}}}
    live = applied(custom({"variables": there}), owned)
    assert decide(custom({"variables": asked}), live, "slipway").verdict == verdict
    theirs = copy.deepcopy(live)
    theirs["metadata"]["managedFields"][0]["manager"] = "other"
    taken = {c.path for c in conflicts(custom({"variables": asked}), theirs, "slipway")}
    assert taken == ({'spec.variables[name="a"]'} if asked[0]["expression"] == "2" else set())


def test_five_hundred_objects_take_no_time() -> None:
    """The bound is far above what it takes, since machines differ: about 10 ms."""
    data = {f"k{i}": "v" for i in range(20)}
    wanted = config(**data)
    live = applied(config(**data), {"f:data": {f"f:{k}": {} for k in data}})
    start = time.perf_counter()
    for _turn in range(500):
        decide(wanted, live, "slipway")
    assert time.perf_counter() - start < 0.5
