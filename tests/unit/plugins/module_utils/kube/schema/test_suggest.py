# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.suggest import closest, edits


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "", 0), ("", "ab", 2), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "xyz", 3)],
)
def test_edits(one: str, other: str, count: int) -> None:
    assert edits(one, other) == count


@given(st.text(max_size=8), st.text(max_size=8))
def test_edits_are_the_same_both_ways(one: str, other: str) -> None:
    there, back = edits(one, other), edits(*reversed((one, other)))
    assert there == back <= max(len(one), len(other))
    assert (edits(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("name", "names", "found"),
    [
        ("image_pull_policy", ["image", "imagePullPolicy"], "imagePullPolicy"),
        ("container", ["containers", "initContainers"], "containers"),
        ("y", ["x"], ""),
        ("nam", ["name"], "name"),
        ("cmd", ["command", "args"], ""),
        ("something", ["else"], ""),
        ("", ["a"], ""),
    ],
)
def test_closest(name: str, names: list[str], found: str) -> None:
    assert closest(name, names) == found
