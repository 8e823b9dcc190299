# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edges that are good to have, and are left out where they would contradict the others."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import APPLIED, HEALTHY, Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import Rule


def link_after(graph: Graph, joint: int, followers: t.Iterable[int], why: str, kind: str = APPLIED) -> None:
    """All followers after the joint, but for those that must come before it."""
    before = graph.closure(joint)
    for i in followers:
        if i not in before:
            graph.link(i, joint, kind, why)


def link_before(graph: Graph, index: int, leaders: t.Iterable[int], why: str, kind: str = APPLIED) -> None:
    """All leaders before the object, but for those that must come after it."""
    after = graph.following(index)
    for i in leaders:
        if i not in after:
            graph.link(index, i, kind, why)


def link_rules(graph: Graph, index: Index, rules: t.Sequence[Rule]) -> None:
    for rule in rules:
        then = _members(graph, index, rule, rule.puts_last)
        if not then:
            continue
        first = _members(graph, index, rule, rule.puts_first)
        for place, leaders in first.items():
            if place in then:
                _link_rule(graph, rule, leaders, then[place])


def _members(graph: Graph, index: Index, rule: Rule, wanted: t.Callable[[str, str], bool]) -> t.Dict[str, t.List[int]]:
    """By namespace, where the rule is about one."""
    found: t.Dict[str, t.List[int]] = {}
    for (group, kind), members in index.by_kind.items():
        if wanted(group, kind):
            for i in members:
                found.setdefault(graph.refs[i].namespace if rule.same_namespace else "", []).append(i)
    return found


def _link_rule(graph: Graph, rule: Rule, leaders: t.Sequence[int], followers: t.Sequence[int]) -> None:
    joint = graph.add_joint(f"rule {rule.name}")
    for i in leaders:
        graph.link(joint, i, HEALTHY if rule.healthy else APPLIED, f"rule {rule.name}")
    link_after(graph, joint, followers, f"rule {rule.name}")
