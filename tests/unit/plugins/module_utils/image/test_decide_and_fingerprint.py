# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.image.decide import BUILD, HOST, REGISTRY, Known, decide
from ansible_collections.slipway.deploy.plugins.module_utils.image.fingerprint import Fingerprint

IN, TAGS = "in-1", ["v1", "latest"]
FINGERPRINT = Fingerprint([["FROM", "a"]], "sha256:c", "linux/amd64", {"A": "1"}, {}, ("id",), {"a linux/amd64": "d"})


def test_nothing_anywhere_is_built() -> None:
    plan = decide(Known(), IN, TAGS, push=True, nocache=False)
    assert (plan.source, plan.local_tags, plan.remote_tags) == (BUILD, ("v1", "latest"), ("v1", "latest"))


def test_tags_that_point_elsewhere_are_moved() -> None:
    known = Known({IN: "i1", "v1": "i0"}, {IN: "d1", "v1": "d1"})
    plan = decide(known, IN, TAGS, push=True, nocache=False)
    assert (plan.source, plan.push) == (REGISTRY, False)
    assert plan.local_tags == ("v1", "latest")
    assert plan.remote_tags == ("latest",)


def test_an_image_of_the_registry_is_brought_only_where_it_is_not_pushed() -> None:
    known = Known({}, {IN: "d1", "v1": "d1", "latest": "d1"})
    assert decide(known, IN, TAGS, push=True, nocache=False).changes is False
    plan = decide(known, IN, TAGS, push=False, nocache=False)
    assert (plan.source, plan.pull, plan.local_tags) == (REGISTRY, True, ("v1", "latest"))


def test_an_image_of_the_host_is_pushed_without_a_build() -> None:
    plan = decide(Known({IN: "i", "v1": "i", "latest": "i"}), IN, TAGS, push=True, nocache=False)
    assert (plan.source, plan.push, plan.local_tags, plan.remote_tags) == (HOST, True, (), ("v1", "latest"))


def test_the_engine_gets_an_image_of_the_registry_where_it_is_wanted_there() -> None:
    known = Known({}, {IN: "d1", "v1": "d1", "latest": "d1"})
    plan = decide(known, IN, TAGS, push=True, nocache=False, load=True)
    assert (plan.source, plan.pull, plan.local_tags, plan.remote_tags) == (REGISTRY, True, ("v1", "latest"), ())
    assert decide(Known(), IN, TAGS, push=True, nocache=False, load=False).local_tags == ()


TAG_MAPS = st.dictionaries(st.sampled_from([IN, *TAGS]), st.sampled_from(["x", "y"]))


@given(TAG_MAPS, TAG_MAPS, st.booleans(), st.sampled_from([None, True]))
def test_a_plan_once_done_leaves_nothing_to_do(
    local: dict[str, str], remote: dict[str, str], push: bool, load: bool | None
) -> None:
    plan = decide(Known(local, remote), IN, TAGS, push=push, nocache=False, load=load)
    image, digest = local.get(IN, "i"), remote.get(IN, "d")
    if plan.source == BUILD or plan.pull:
        local = {**local, IN: image}
    if plan.push or (plan.source == BUILD and push):
        remote = {**remote, IN: digest}
    local = {**local, **dict.fromkeys(plan.local_tags, image)}
    remote = {**remote, **dict.fromkeys(plan.remote_tags, digest)}
    assert decide(Known(local, remote), IN, TAGS, push=push, nocache=False, load=load).changes is False
    where = remote if push else local
    assert {where[tag] for tag in TAGS} == {where[IN]}


def test_nocache_always_builds() -> None:
    known = Known({IN: "i", "v1": "i"}, {IN: "d", "v1": "d"})
    assert decide(known, IN, ["v1"], push=True, nocache=True).source == BUILD


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": [["FROM", "b"]]},
        {"context": "sha256:x"},
        {"platform": "linux/arm64"},
        {"remotes": {"https://x": "etag 2"}},
        {"args": {"A": "2"}},
        {"labels": {"l": "1"}},
        {"secrets": ()},
        {"bases": {"a linux/amd64": "e"}},
        {"options": {"network": "none"}},
        {"schema": 3},
    ],
)
def test_every_input_changes_the_fingerprint(change: dict[str, t.Any]) -> None:
    other = dataclasses.replace(FINGERPRINT, **change)
    assert other.tag != FINGERPRINT.tag
    assert FINGERPRINT.tag.startswith("in-")


def test_the_fingerprint_is_stable() -> None:
    # A change here makes every user's images be built anew: raise SCHEMA when that is meant.
    assert FINGERPRINT.tag == "in-81a64fe9f85ebd113b1d2657be7dc22d053686aa"
