# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that wait for each other: found, and told one by one."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Edge, Graph


def heights(graph: Graph) -> t.List[int]:
    """How long the longest chain is that waits behind each object. Raises InputError where a chain is closed."""
    height = [0] * len(graph)
    waiting = [len(graph.dependents(i)) for i in range(len(graph))]
    todo = [i for i, count in enumerate(waiting) if not count]
    for i in todo:
        for edge in graph.direct(i):
            height[edge.index] = max(height[edge.index], height[i] + 1)
            waiting[edge.index] -= 1
            if not waiting[edge.index]:
                todo.append(edge.index)
    if len(todo) < len(graph):
        raise InputError(_told(graph, _cycle(graph, {i for i, count in enumerate(waiting) if count})))
    return height


def _cycle(graph: Graph, left: t.Set[int]) -> t.List[Edge]:
    """The edges of one cycle, in turn. Whatever is left is needed by something that is left."""
    at = min(left)
    seen: t.Dict[int, int] = {}
    walked: t.List[Edge] = []
    while at not in seen:
        seen[at] = len(walked)
        back = next(edge for edge in graph.dependents(at) if edge.index in left)
        walked.append(Edge(at, back.kind, back.why))
        at = back.index
    # Walked from what is needed to who needs it: turned round, each edge is what its forerunner needs.
    return walked[seen[at] :][::-1]


def _told(graph: Graph, cycle: t.Sequence[Edge]) -> str:
    """Joints are no objects: what they stand for is said by the reason next to them."""
    steps = [e for e in cycle if not graph.is_joint(e.index)]
    start = _named(graph, steps[-1].index)
    chain = ", which needs ".join(f"{_named(graph, e.index)}{f' ({e.why})' if e.why else ''}" for e in steps)
    return (
        f"These objects wait for each other, so that none can be sent first: {start} needs {chain}. "
        "Remove one of these dependencies (a depends-on or barrier annotation)."
    )


def _named(graph: Graph, index: int) -> str:
    at = f" at {graph.nodes[index].place.at()}" if graph.is_object(index) else ""
    return f"{graph.name(index)}{at}"
