# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Barriers: all objects of a lower number are healthy before any of a higher one is sent."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.annotations import barrier
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import HEALTHY, Graph


def link_barriers(graph: Graph) -> None:
    said = {i: number for i, number in enumerate(map(barrier, graph.nodes)) if number is not None}
    if not said:
        return
    levels = _levels(graph, said)
    previous: t.List[int] = []
    gate: t.Optional[int] = None
    for number in sorted(set(levels.values())):
        level = [i for i in range(graph.size) if levels[i] == number]
        if previous:
            gate = _gate(graph, previous, gate, number)
        if gate is not None:
            for i in level:
                graph.link(i, gate, why=f"barrier {number}")
        previous = level


def _gate(graph: Graph, previous: t.Sequence[int], before: t.Optional[int], number: int) -> int:
    gate = graph.add_joint(f"barrier {number}")
    for i in previous:
        graph.link(gate, i, HEALTHY, f"barrier {number}")
    if before is not None:
        graph.link(gate, before)
    return gate


def _levels(graph: Graph, said: t.Mapping[int, int]) -> t.Dict[int, int]:
    """What has no number of its own has 0, or that of the earliest object which needs it (its namespace, ...)."""
    levels: t.Dict[int, int] = dict.fromkeys(range(len(graph)), 0)
    levels.update(said)
    todo = [i for i, number in sorted(levels.items(), key=lambda item: item[1]) if number < 0]
    while todo:
        i = todo.pop()
        for edge in graph.direct(i):
            if edge.index not in said and levels[edge.index] > levels[i]:
                levels[edge.index] = levels[i]
                todo.append(edge.index)
    return {i: levels[i] for i in range(graph.size)}
