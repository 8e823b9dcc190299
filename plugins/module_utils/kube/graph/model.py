# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which object needs which: objects, and the edges between them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Place

Obj = t.Dict[str, t.Any]

#: What must be true of an object before the one that needs it is sent:
#: the server has taken it; it has been tried, whatever came of it; its kind is served; it works; it is no more.
APPLIED, TRIED, ESTABLISHED, HEALTHY, GONE = "applied", "tried", "established", "healthy", "gone"
#: Those that come about after the request, so that somebody has to wait for them.
AWAITED = frozenset((ESTABLISHED, HEALTHY, GONE))


class Node(t.Protocol):
    """What a graph is built of. `Manifest` is one, and so is anything that looks like it."""

    @property
    def ref(self) -> ObjectRef: ...

    @property
    def obj(self) -> Obj: ...

    @property
    def place(self) -> Place: ...


class Edge(t.NamedTuple):
    """The object at `index` comes first. `why` is for messages: "its namespace"."""

    index: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody needs
    kind: str = APPLIED
    why: str = ""


@dataclass(frozen=True)
class External:
    """An object that somebody's annotation names and that is not in the set: the caller looks for it in the cluster."""

    index: int
    group: str
    kind: str
    #: Empty where the annotation names none: then it is an object of the whole cluster.
    namespace: str
    name: str
    #: The object with the annotation.
    needed_by: int
    #: For the user, where there is no such object.
    message: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Graph:
    """Indexes below `size` are the objects, as given. Behind them: external objects, and joints.

    A joint stands for "all of these": a thousand objects that wait for a thousand others are two thousand edges.
    """

    def __init__(self, nodes: t.Sequence[Node]) -> None:
        self.nodes = nodes
        self.size = len(nodes)
        self.refs = [node.ref for node in nodes]
        self.externals: t.Dict[int, External] = {}
        self._joints: t.Dict[int, str] = {}
        self._needs: t.List[t.List[Edge]] = [[] for _node in nodes]
        self._needed_by: t.List[t.List[Edge]] = [[] for _node in nodes]

    def __len__(self) -> int:
        """Objects, external ones and joints."""
        return len(self._needs)

    def link(self, index: int, need: int, kind: str = APPLIED, why: str = "") -> None:
        """`need` comes before `index`."""
        if index != need:
            self._needs[index].append(Edge(need, kind, why))
            self._needed_by[need].append(Edge(index, kind, why))

    def add_joint(self, label: str) -> int:
        self._joints[len(self)] = label
        return self._grow()

    def add_external(self, external: External) -> int:
        self.externals[external.index] = external
        return self._grow()

    def _grow(self) -> int:
        self._needs.append([])
        self._needed_by.append([])
        return len(self) - 1

    def is_joint(self, index: int) -> bool:
        return index in self._joints

    def is_object(self, index: int) -> bool:
        return index < self.size

    def direct(self, index: int) -> t.List[Edge]:
        """What it needs, joints not taken apart."""
        return self._needs[index]

    def dependents(self, index: int) -> t.List[Edge]:
        """What needs it, joints not taken apart."""
        return self._needed_by[index]

    def needs(self, index: int) -> t.List[Edge]:
        """What it needs of objects (and external ones), each once for each kind of need."""
        found: t.Dict[t.Tuple[int, str], Edge] = {}
        todo, seen = list(self._needs[index]), set()
        while todo:
            edge = todo.pop()
            if not self.is_joint(edge.index):
                found.setdefault((edge.index, edge.kind), edge)
            elif edge.index not in seen:
                seen.add(edge.index)
                todo += self._needs[edge.index]
        return sorted(found.values())

    def closure(self, index: int) -> t.Set[int]:
        """All that must come before it, and itself."""
        return _reach(index, self._needs)

    def following(self, index: int) -> t.Set[int]:
        """All that must come after it, and itself."""
        return _reach(index, self._needed_by)

    def name(self, index: int) -> str:
        """For messages."""
        if self.is_object(index):
            return str(self.refs[index])
        return self._joints.get(index) or str(self.externals[index])

    def reversed(self, kind: str) -> Graph:
        """The way back: who needs an object comes before it, until `kind` (GONE, or just APPLIED) is true of it."""
        back = Graph(self.nodes)
        back.externals, back._joints = self.externals, self._joints
        back._needs = [[_turned(self, e, kind) for e in edges] for edges in self._needed_by]
        back._needed_by = [
            [Edge(e.index, _turned(self, Edge(i), kind).kind, e.why) for e in edges]
            for i, edges in enumerate(self._needs)
        ]
        return back


def _turned(graph: Graph, edge: Edge, kind: str) -> Edge:
    """A joint is nothing that could be deleted, nor is what belongs to others."""
    return Edge(edge.index, kind if graph.is_object(edge.index) else APPLIED, edge.why)


def _reach(index: int, edges: t.Sequence[t.Sequence[Edge]]) -> t.Set[int]:
    found, todo = {index}, [index]
    while todo:
        for edge in edges[todo.pop()]:
            if edge.index not in found:
                found.add(edge.index)
                todo.append(edge.index)
    return found
