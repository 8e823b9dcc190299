# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import (
    Definition,
    attributes,
    csv_of,
    links,
    parse_plan,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import BuildCommand


def printed(targets: dict[str, t.Any], groups: dict[str, list[str]] | None = None) -> str:
    return json.dumps({"group": {k: {"targets": v} for k, v in (groups or {}).items()}, "target": targets})


def made_from(*others: str) -> dict[str, t.Any]:
    return {"contexts": {f"c-{other}": f"target:{other}" for other in others}}


def test_groups_of_groups_and_a_circle_of_them() -> None:
    text = printed({"a": {}, "b": {}, "c": {}}, {"default": ["some", "c"], "some": ["a", "default", "b"]})
    assert parse_plan(text, ()).wanted == ("a", "b", "c")
    assert parse_plan(text, ("some",)).wanted == ("a", "c", "b")
    assert parse_plan(text, ("b",)).wanted == ("b",)


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.sets(NAMES), min_size=1))
def test_targets_come_after_what_they_are_made_from(graph: dict[str, set[str]]) -> None:
    """Only links to names further on in the alphabet: no circles."""
    targets = {name: made_from(*(other for other in others if other > name)) for name, others in graph.items()}
    targets = {**{name: {} for others in graph.values() for name in others}, **targets}
    order = list(parse_plan(printed(targets), ("a",)).targets)
    assert sorted(order) == sorted(targets)
    for name, target in targets.items():
        assert all(order.index(other) < order.index(name) for other in links(target).values())


def test_circles_and_missing_targets() -> None:
    with pytest.raises(InputError, match=r"in a circle \(a -> b -> a\): take one link out"):
        parse_plan(printed({"a": made_from("b"), "b": made_from("a")}), ("a",))
    with pytest.raises(InputError, match="Target 'a' is made from target 'x', which is not there"):
        parse_plan(printed({"a": made_from("x")}), ("a",))


def test_attributes_as_text_and_as_objects() -> None:
    assert csv_of({"ref": "r/a", "type": "registry", "force": True}) == "type=registry,ref=r/a,force=true"
    assert attributes("type=local,dest=/x") == attributes({"type": "local", "dest": "/x"})
    assert attributes("type=sbom,disabled") == {"type": "sbom", "disabled": "true"}


def test_command_line() -> None:
    argv = Definition(("a.hcl", "b.json"), ("web",), ("*.platform=linux/amd64",)).argv()
    assert " ".join(argv[3:]) == (
        "--progress=plain --print --file a.hcl --file b.json --set *.platform=linux/amd64 web"
    )


def test_a_build_as_a_target() -> None:
    command = BuildCommand(
        context="/c",
        dockerfile="/d",
        metadata_file="/m",
        platforms=("linux/amd64",),
        pins={"a:1": "a@sha256:0"},
        args={"A": "1"},
        network="none",
        provenance="mode=max",
        nocache=True,
    )
    assert command.bake_target() == {
        "context": "/c",
        "dockerfile": "/d",
        "contexts": {"a:1": "docker-image://a@sha256:0"},
        "args": {"A": "1"},
        "platforms": ["linux/amd64"],
        "attest": ["type=provenance,mode=max", "type=sbom,disabled=true"],
        "output": ["type=docker"],
        "network": "none",
        "no-cache": True,
    }
