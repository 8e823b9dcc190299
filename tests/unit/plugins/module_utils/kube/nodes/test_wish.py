# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants of a node, as a patch."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.wish import EFFECTS, patch_for, shown, wish_from


def wish(**params: t.Any) -> t.Any:
    return wish_from({"state": "present", **params})


def node(**spec: t.Any) -> dict[str, t.Any]:
    metadata = {"name": "n1", "resourceVersion": "7", "labels": {"a": "1"}, "annotations": {"note": "x"}}
    return {"metadata": metadata, "spec": spec}


def taint(key: str, effect: str = "NoSchedule", **more: t.Any) -> dict[str, t.Any]:
    return {"key": key, "effect": effect, "state": "present", **more}


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        ("cordoned", {}, {"spec": {"unschedulable": True}}),
        ("drained", {}, {"spec": {"unschedulable": True}}),
        ("cordoned", {"unschedulable": True}, None),
        ("uncordoned", {"unschedulable": True}, {"spec": {"unschedulable": None}}),
        ("uncordoned", {}, None),
    ],
)
def test_cordon(state: str, now: dict[str, t.Any], expected: t.Any) -> None:
    assert patch_for(wish(state=state), node(**now)) == expected


def test_other_taints_stay_and_the_list_is_guarded() -> None:
    kept = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    patch = patch_for(wish(taints=[taint("gpu", value="yes")]), node(taints=[kept]))
    assert patch == {
        "spec": {"taints": [kept, {"key": "gpu", "effect": "NoSchedule", "value": "yes"}]},
        "metadata": {"resourceVersion": "7"},
    }


def test_a_taint_is_told_apart_by_key_and_effect() -> None:
    live = [{"key": "gpu", "effect": "NoSchedule", "value": "old"}, {"key": "gpu", "effect": "NoExecute"}]
    patch = patch_for(wish(taints=[taint("gpu", value="new")]), node(taints=live))
    assert patch is not None
    assert patch["spec"]["taints"] == [{"key": "gpu", "effect": "NoSchedule", "value": "new"}, live[1]]


def test_taints_are_taken_away_by_key_or_by_key_and_effect() -> None:
    live = [{"key": "gpu", "effect": "NoSchedule"}, {"key": "gpu", "effect": "NoExecute"}]
    one = patch_for(wish(taints=[taint("gpu", "NoExecute", state="absent")]), node(taints=live))
    both = patch_for(wish(taints=[{"key": "gpu", "state": "absent"}]), node(taints=live))
    assert one is not None and one["spec"]["taints"] == live[:1]
    assert both is not None and both["spec"]["taints"] == []
    assert patch_for(wish(taints=[{"key": "cpu", "state": "absent"}]), node(taints=live)) is None


def test_labels_are_texts_and_null_removes() -> None:
    asked = wish(labels={"a": 1, "b": True, "gone": None}, annotations={"note": None})
    assert patch_for(asked, node()) == {"metadata": {"labels": {"b": "true"}, "annotations": {"note": None}}}
    assert shown(node(), asked) == {
        "unschedulable": False,
        "taints": [],
        "labels": {"a": "1"},
        "annotations": {"note": "x"},
    }


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({}, "state: present is for taints, labels or annotations"),
        ({"taints": [{"key": "gpu", "state": "present"}]}, "The taint gpu needs an effect: NoSchedule"),
        ({"taints": [taint("gpu"), taint("gpu", value="x")]}, "taints names gpu with effect NoSchedule twice"),
        (
            {"taints": [taint("gpu"), {"key": "gpu", "state": "absent"}]},
            "taints names gpu with effect NoSchedule twice",
        ),
        ({"labels": {"a": [1]}}, "labels: the value of a is not a text."),
    ],
)
def test_what_cannot_be_right(params: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        wish(**params)


_TAINTS = st.lists(
    st.builds(
        lambda key, effect, value: {"key": key, "effect": effect, **({"value": value} if value else {})},
        st.sampled_from("abc"),
        st.sampled_from(EFFECTS),
        st.sampled_from(["", "x", "y"]),
    ),
    unique_by=lambda one: (one["key"], one["effect"]),
)


@given(live=_TAINTS, asked=_TAINTS, absent=st.booleans())
def test_a_second_run_changes_nothing(live: t.Any, asked: t.Any, absent: bool) -> None:
    if not asked:
        return
    wanted = wish(taints=[{**one, "state": "absent" if absent else "present"} for one in asked])
    patch = patch_for(wanted, node(taints=live))
    after = live if patch is None else patch["spec"]["taints"]
    assert patch_for(wanted, node(taints=after)) is None
    assert all((one in after) != absent for one in asked if one in live or not absent)
