# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be started next, what is waited for, and what can no longer be done. No threads here, no clock."""

from __future__ import annotations

import heapq
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.cycles import heights
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import AWAITED, TRIED, Edge, Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import (
    DONE,
    FAILED,
    RUNNING,
    SKIPPED,
    WAITING,
    State,
    Want,
    Words,
)


class Ledger:
    """The books of one run. An index is live if it is to be done, or a joint that something live needs."""

    def __init__(self, graph: Graph, todo: t.Iterable[int], is_ready: t.Callable[[Want], bool], words: Words) -> None:
        self._graph = graph
        self._is_ready = is_ready
        self._height = heights(graph)
        self._todo = frozenset(todo)
        #: How many needs are open, of what can be neither started nor skipped yet.
        self._missing: t.Dict[int, int] = {}
        self._asked: t.Set[Want] = set()
        self._known: t.Set[Want] = set()
        self.state = State(graph, words, [WAITING] * graph.size, self._todo)
        #: How many objects have not come to their end.
        self.open = len(self._todo)
        #: (-height, index): what holds back the longest chain goes first.
        self.ready: t.List[t.Tuple[int, int]] = []
        #: What somebody has to start waiting for.
        self.wants: t.List[Want] = []
        live = self._live()
        self._missing.update({i: sum(self._is_open(edge, live) for edge in graph.direct(i)) for i in sorted(live)})
        self._unblock([i for i, count in self._missing.items() if not count])

    def start(self) -> int:
        """The next object to be worked on."""
        index = heapq.heappop(self.ready)[1]
        self.state.status[index] = RUNNING
        return index

    def finish(self, index: int, error: t.Optional[SlipwayError] = None) -> None:
        """The work on it is over."""
        self.open -= 1
        if error is None:
            self.state.status[index] = DONE
            self._release(index)
            return
        self.state.status[index] = FAILED
        self.state.errors[index] = error
        self._block(f"{self._graph.name(index)} {self.state.words.failed}", self._graph.dependents(index))
        if isinstance(error, TransportError):
            self._abandon(f"the server was lost at {self._graph.name(index)}")

    def take(self, want: Want, error: t.Optional[SlipwayError] = None) -> None:
        """What was waited for has come, or will not."""
        if want not in self.state.pending:
            return
        self.state.pending.discard(want)
        if error is None:
            self._met(e for e in self._graph.dependents(want.index) if e.kind == want.kind)
            return
        self.state.unready[want] = error
        self._block(self._not_yet(want), [e for e in self._graph.dependents(want.index) if e.kind == want.kind])

    def give_up(self) -> None:
        """Time is over: nothing more is started."""
        self.state.timed_out = True
        for want in sorted(self.state.pending):
            self._block(self._not_yet(want), [e for e in self._graph.dependents(want.index) if e.kind == want.kind])
        self._abandon("the time was over")

    def _not_yet(self, want: Want) -> str:
        return f"{self._graph.name(want.index)} {self.state.words.not_yet[want.kind]}"

    def _live(self) -> t.Set[int]:
        found, stack = set(self._todo), list(self._todo)
        while stack:
            for edge in self._graph.direct(stack.pop()):
                if self._graph.is_joint(edge.index) and edge.index not in found:
                    found.add(edge.index)
                    stack.append(edge.index)
        return found

    def _is_open(self, edge: Edge, live: t.Collection[int]) -> bool:
        """Whether this need has still to come about; what was sent before may still have to be waited for."""
        if edge.index in live:
            return True
        if edge.kind not in AWAITED:
            return False
        want = Want(edge.index, edge.kind)
        if want not in self._asked and want not in self._known and self._is_ready(want):
            self._known.add(want)
        if want in self._known:
            return False
        self._ask(want)
        return True

    def _ask(self, want: Want) -> None:
        if want not in self._asked:
            self._asked.add(want)
            self.state.pending.add(want)
            self.wants.append(want)

    def _release(self, index: int) -> None:
        """It is done: what only needed that goes on; for the rest somebody has to wait."""
        edges = [e for e in self._graph.dependents(index) if e.index in self._missing]
        for kind in sorted({e.kind for e in edges if e.kind in AWAITED}):
            self._ask(Want(index, kind))
        self._met(e for e in edges if e.kind not in AWAITED)

    def _met(self, edges: t.Iterable[Edge]) -> None:
        """One need less for each of these."""
        free = []
        for edge in edges:
            if edge.index in self._missing:
                self._missing[edge.index] -= 1
                if not self._missing[edge.index]:
                    free.append(edge.index)
        if free:
            self._unblock(free)

    def _unblock(self, free: t.List[int]) -> None:
        while free:
            i = free.pop()
            del self._missing[i]
            if self._graph.is_object(i):
                heapq.heappush(self.ready, (-self._height[i], i))
                continue
            for edge in self._graph.dependents(i):
                if edge.index in self._missing:
                    self._missing[edge.index] -= 1
                    if not self._missing[edge.index]:
                        free.append(edge.index)

    def _block(self, why: str, edges: t.Iterable[Edge]) -> None:
        """These and all that needs them cannot be done any more; what only wanted to come later still can."""
        todo, later = list(edges), []
        while todo:
            edge = todo.pop()
            if edge.index not in self._missing:
                continue
            if edge.kind == TRIED:
                later.append(edge)
                continue
            self._skip(edge.index, why)
            todo += self._graph.dependents(edge.index)
        self._met(later)

    def _skip(self, i: int, why: str) -> None:
        self._missing.pop(i, None)
        if self._graph.is_object(i):
            self.open -= 1
            self.state.status[i] = SKIPPED
            self.state.reasons[i] = f"not {self.state.words.done}, because {why}"

    def _abandon(self, why: str) -> None:
        for i in [*self._missing, *(i for _height, i in self.ready)]:
            self._skip(i, why)
        self.ready.clear()
        self.wants.clear()
