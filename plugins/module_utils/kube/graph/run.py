# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs through a graph: all that is unblocked at once, on as many threads as are allowed."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.ledger import Ledger
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import (
    State,
    Want,
    Words,
)

WORKERS = 32
#: Tells that an object is as it was wanted to be, or (with an error) that it will not be.
Report = t.Callable[[Want, t.Optional[SlipwayError]], None]
AwaitReady = t.Callable[[t.Sequence[Want], Report], None]


def run(
    graph: Graph,
    todo: t.Iterable[int],
    work: t.Callable[[int], None],
    *,
    await_ready: AwaitReady,
    is_ready: t.Callable[[Want], bool] = lambda want: False,
    workers: int = WORKERS,
    timeout: t.Optional[float] = None,
    words: t.Optional[Words] = None,
) -> State:
    """Does `work` for every object of `todo`, each after what it needs; objects not in `todo` count as sent.

    `work(index)` runs on several threads. A SlipwayError from it fails the object and skips what needs it; the others
    go on, but for a TransportError: then the server is lost and nothing more is started.

    `await_ready(wants, report)` takes over waiting for these, in addition to those it has; it must return at once, and
    `report` each of them later, from any thread. It is always called from the thread that called `run`.
    `is_ready` saves waiting for objects that are not in `todo`, where the caller knows already how they are.

    After `timeout` seconds what is not started yet is skipped, with the reason.
    """
    return _Run(Ledger(graph, todo, is_ready, words or Words()), work, await_ready).run(workers, timeout)


class _Run:
    """Threads around a ledger, which knows what comes next. Everything in the ledger is done under one lock."""

    def __init__(self, ledger: Ledger, work: t.Callable[[int], None], await_ready: AwaitReady) -> None:
        self._ledger = ledger
        self._work = work
        self._await_ready = await_ready
        self._news = threading.Condition()
        self._crash: t.Optional[BaseException] = None
        self._stopped = False

    def run(self, workers: int, timeout: t.Optional[float]) -> State:
        deadline = None if timeout is None else time.monotonic() + timeout
        threads = [
            threading.Thread(target=self._serve, name=f"graph {i}", daemon=True)
            for i in range(min(workers, self._ledger.open))
        ]
        for thread in threads:
            thread.start()
        try:
            self._oversee(deadline)
        finally:
            with self._news:
                self._stopped = True
                self._news.notify_all()
            for thread in threads:
                thread.join()
        if self._crash is not None:
            raise self._crash
        return self._ledger.state

    def _oversee(self, deadline: t.Optional[float]) -> None:
        """Hands out what has to be waited for, until everything has come to its end."""
        while True:
            with self._news:
                while not self._is_over() and not self._ledger.wants:
                    left = None if deadline is None else deadline - time.monotonic()
                    if left is not None and left <= 0:
                        self._ledger.give_up()
                        deadline = None
                        continue
                    self._news.wait(left)
                if self._is_over():
                    return
                wants, self._ledger.wants = self._ledger.wants, []
            self._await_ready(wants, self._report)

    def _is_over(self) -> bool:
        return not self._ledger.open or self._crash is not None

    def _report(self, want: Want, error: t.Optional[SlipwayError] = None) -> None:
        with self._news:
            self._ledger.take(want, error)
            self._news.notify_all()

    def _serve(self) -> None:
        """One worker."""
        while True:
            with self._news:
                while not self._ledger.ready and not self._stopped:
                    self._news.wait()
                if self._stopped:
                    return
                index = self._ledger.start()
            error = self._try(index)
            with self._news:
                self._ledger.finish(index, error)
                self._news.notify_all()

    def _try(self, index: int) -> t.Optional[SlipwayError]:
        try:
            self._work(index)
        except SlipwayError as exc:
            return exc
        except BaseException as exc:
            with self._news:
                self._crash, self._stopped = exc, True
        return None
