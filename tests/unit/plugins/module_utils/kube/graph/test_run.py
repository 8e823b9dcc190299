# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running through graphs: nothing too early, nothing left over, nothing that hangs."""

from __future__ import annotations

import threading
import time
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.blocked import why_blocked
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import (
    APPLIED,
    AWAITED,
    ESTABLISHED,
    HEALTHY,
    TRIED,
    Graph,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import Report, run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import (
    DELETING,
    DONE,
    FAILED,
    SKIPPED,
    WAITING,
    Want,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.graphs import (
    graph_of,
    manifests_of,
    obj,
)

KINDS = (APPLIED, HEALTHY, ESTABLISHED, TRIED)


def plain(count: int) -> Graph:
    return Graph(manifests_of(*(obj(f"Secret n/{i}") for i in range(count))))


def at_once(wants: t.Sequence[Want], report: Report) -> None:
    for want in wants:
        report(want, None)


def later(wants: t.Sequence[Want], report: Report) -> None:
    threading.Thread(target=at_once, args=(wants, report), daemon=True).start()


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph without cycles: each object needs some of those before it, by itself or through joints."""
    graph = plain(draw(st.integers(1, 12)))
    for i in range(1, graph.size):
        earlier = st.integers(0, i - 1)
        for need, kind in draw(st.lists(st.tuples(earlier, st.sampled_from(KINDS)), max_size=3)):
            graph.link(i, need, kind)
        for members in draw(st.lists(st.lists(earlier, max_size=3), max_size=2)):
            joint = graph.add_joint("some")
            for member in members:
                graph.link(joint, member, draw(st.sampled_from(KINDS)))
            graph.link(i, joint)
    return graph


@given(
    graphs(),
    st.sets(st.integers(0, 11)),
    st.sets(st.integers(0, 11)),
    st.sets(st.integers(0, 11)),
    st.integers(1, 5),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_every_object_ends_and_none_starts_too_early(
    graph: Graph, unchanged: set[int], broken: set[int], sick: set[int], workers: int, threaded: bool
) -> None:
    todo = set(range(graph.size)) - unchanged
    lock = threading.Lock()
    ended: t.Dict[int, bool] = {}
    came: t.Set[Want] = set()
    early: t.List[int] = []
    working, most = [0], [0]

    def work(i: int) -> None:
        with lock:
            working[0] += 1
            most[0] = max(most[0], working[0])
            for edge in graph.needs(i):
                need_done = edge.index not in todo or ended.get(edge.index)
                if edge.kind in AWAITED:
                    fine = Want(edge.index, edge.kind) in came
                elif edge.kind == TRIED:
                    fine = True
                else:
                    fine = bool(need_done)
                early.extend([] if fine else [i])
        time.sleep(0)
        with lock:
            working[0] -= 1
            ended[i] = i not in broken
        if i in broken:
            raise SlipwayError("no")

    def answer(wants: t.Sequence[Want], report: Report) -> None:
        for want in wants:
            assert want.index not in todo or ended[want.index], "waited for before it was sent"
            if want.index not in sick:
                with lock:
                    came.add(want)
            report(want, SlipwayError("sick") if want.index in sick else None)

    def await_ready(wants: t.Sequence[Want], report: Report) -> None:
        if threaded:
            threading.Thread(target=answer, args=(wants, report), daemon=True).start()
        else:
            answer(wants, report)

    state = run(graph, todo, work, await_ready=await_ready, workers=workers)
    assert early == []
    assert most[0] <= workers
    assert {i for i in range(graph.size) if state.status[i] == WAITING} == set(range(graph.size)) - todo
    assert {i for i in todo if state.status[i] == FAILED} == todo & broken & set(ended)
    assert {i for i in todo if state.status[i] == DONE} == {i for i, fine in ended.items() if fine}
    for i in todo:
        assert (state.status[i] == SKIPPED) == (i not in ended) == _cannot(graph, i, todo, broken, sick)


def _cannot(graph: Graph, i: int, todo: set[int], broken: set[int], sick: set[int]) -> bool:
    """Said another way: something that it needs failed, is sick, or cannot itself."""
    for edge in graph.needs(i):
        if edge.kind == TRIED:
            continue
        if edge.index in todo and (edge.index in broken or _cannot(graph, edge.index, todo, broken, sick)):
            return True
        if edge.kind in AWAITED and edge.index in sick:
            return True
    return False


def test_all_that_is_unblocked_goes_at_once() -> None:
    """As many as there are workers are at work at the same moment, or this would not come to its end."""
    together = threading.Barrier(8, timeout=10)
    state = run(plain(8), range(8), lambda i: together.wait() and None, await_ready=at_once, workers=8)
    assert state.ok


def test_what_holds_back_most_goes_first() -> None:
    graph = plain(6)
    for i in (3, 4):
        graph.link(i, 5)
    graph.link(2, 4)
    done: t.List[int] = []
    run(graph, range(6), done.append, await_ready=at_once, workers=1)
    assert done == [5, 4, 0, 1, 2, 3]


def test_a_failure_skips_what_needs_it_and_names_the_root() -> None:
    graph = plain(5)
    for i in (1, 2):
        graph.link(i, i - 1)

    def work(i: int) -> None:
        if i == 0:
            raise SlipwayError("refused")

    state = run(graph, range(5), work, await_ready=at_once)
    assert state.status == [FAILED, SKIPPED, SKIPPED, DONE, DONE]
    assert set(state.reasons.values()) == {"not sent, because Secret n/0 failed"}
    assert why_blocked(graph, state) == "Secret n/0 failed: Secret n/1 and Secret n/2 wait for it."


def test_what_does_not_become_healthy_holds_back_only_those_who_want_that() -> None:
    graph = plain(4)
    graph.link(1, 0, HEALTHY)
    graph.link(2, 0)
    graph.link(3, 1)

    def never(wants: t.Sequence[Want], report: Report) -> None:
        for want in wants:
            report(want, SlipwayError("crash loop"))

    state = run(graph, range(4), lambda i: None, await_ready=never)
    assert state.status == [DONE, SKIPPED, DONE, SKIPPED]
    assert state.reasons[3] == "not sent, because Secret n/0 is not healthy"
    assert state.unready[Want(0, HEALTHY)].message == "crash loop"


def test_objects_that_are_not_to_do_are_asked_for_their_health_once() -> None:
    graph = plain(4)
    for i in (2, 3):
        graph.link(i, 0, HEALTHY)
        graph.link(i, 1, ESTABLISHED)
    asked: t.List[Want] = []

    def await_ready(wants: t.Sequence[Want], report: Report) -> None:
        asked.extend(wants)
        later(wants, report)

    state = run(graph, [2, 3], lambda i: None, await_ready=await_ready, is_ready=lambda want: want.index == 1)
    assert state.status == [WAITING, WAITING, DONE, DONE]
    assert asked == [Want(0, HEALTHY)]


def test_nothing_to_do_asks_nothing() -> None:
    graph = plain(2)
    graph.link(1, 0, HEALTHY)
    state = run(graph, [], lambda i: None, await_ready=lambda wants, report: pytest.fail("asked"))
    assert state.ok


def test_a_timeout_says_what_is_missing_and_starts_nothing_more() -> None:
    graph = plain(6)
    for i in range(1, 6):
        graph.link(i, i - 1, HEALTHY)
    state = run(graph, range(6), lambda i: None, await_ready=lambda wants, report: None, timeout=0.05)
    assert state.timed_out
    assert state.status == [DONE] + [SKIPPED] * 5
    assert state.reasons[5] == "not sent, because Secret n/0 is not healthy"
    assert why_blocked(graph, state) == (
        "Secret n/0 is not healthy: Secret n/1, Secret n/2, Secret n/3 and 2 more objects wait for it."
    )


def test_a_lost_server_is_not_asked_again_and_again() -> None:
    graph = plain(50)
    asked: t.List[int] = []

    def work(i: int) -> None:
        asked.append(i)
        raise TransportError("connection refused")

    state = run(graph, range(50), work, await_ready=at_once, workers=2)
    assert len(asked) <= 2
    assert len(state.errors) + len(state.reasons) == 50
    assert "the server was lost at Secret n/" in state.reasons[49]


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt()])
def test_a_bug_comes_out_and_ends_the_run(error: BaseException) -> None:
    def work(i: int) -> None:
        raise error

    with pytest.raises(type(error)):
        run(plain(20), range(20), work, await_ready=at_once)


def test_a_waiter_that_breaks_ends_the_run() -> None:
    graph = plain(2)
    graph.link(1, 0, HEALTHY)

    def broken(wants: t.Sequence[Want], report: Report) -> None:
        raise TransportError("gone")

    with pytest.raises(TransportError, match="gone"):
        run(graph, [0, 1], lambda i: None, await_ready=broken)


def test_words_of_deletion() -> None:
    graph = graph_of(obj("Secret n/s"), obj("Namespace n")).reversed(APPLIED)

    def work(i: int) -> None:
        raise SlipwayError("forbidden")

    state = run(graph, range(2), work, await_ready=at_once, words=DELETING)
    assert state.reasons == {1: "not deleted, because Secret n/s could not be deleted"}
