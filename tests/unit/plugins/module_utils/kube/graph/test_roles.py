# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cluster roles that are put together from others."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.deletion import build_deletion
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.graphs import (
    Obj,
    edges,
    graph_of,
    manifests_of,
    obj,
)


def role(name: str, part_of: str = "", gathers: str = "") -> Obj:
    labels = {"labels": {"part-of": part_of}} if part_of else {}
    selectors = [{"matchLabels": {"part-of": gathers}}]
    rule = {"aggregationRule": {"clusterRoleSelectors": selectors}} if gathers else {}
    return obj(f"ClusterRole {name}", metadata=labels, **rule)


def test_the_parts_come_first() -> None:
    graph = graph_of(role("whole", gathers="x"), role("part", "x"), role("other", "y"))
    assert edges(graph) == {"ClusterRole whole: ClusterRole part"}


def test_the_whole_goes_first_or_its_controller_would_bring_it_back() -> None:
    roles = manifests_of(role("whole", gathers="x"), role("part", "x"))
    assert edges(build_deletion(roles, gone=False)) == {"ClusterRole part: ClusterRole whole"}


def test_roles_that_are_parts_of_each_other_are_no_cycle() -> None:
    graph = graph_of(role("a", "x", gathers="y"), role("b", "y", gathers="x"), role("c", "x", gathers="x"))
    assert edges(graph) == {
        "ClusterRole a: ClusterRole b",
        "ClusterRole b: ClusterRole c",
    }
