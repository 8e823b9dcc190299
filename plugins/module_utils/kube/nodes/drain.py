# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Empties nodes: all pods are asked to leave at once, and those that a budget holds when it has room again."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Forbidden
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.retry import backoff
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes import evict, leaving
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.evict import Answer, Evictor
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.leaving import Leaving, progress_line
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import (
    Allowed,
    is_ready,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.scene import Scene
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    BROKEN,
    LOST,
    Change,
    Topic,
    follow,
    list_now,
)

_REQUESTS_AT_ONCE = 16
#: A full budget is asked again after this, should we have missed its news.
_PROBE_SECONDS = 5.0
_LINE_EVERY = 2.0

_News = t.Union[Change, t.Tuple[Leaving, Answer]]


class Drain:
    """One drain of some nodes, which are cordoned already. `run` returns when they are empty or time is over."""

    def __init__(
        self,
        client: KubeClient,
        kinds: t.Tuple[Resource, Resource],
        nodes: t.Sequence[str],
        evictor: Evictor,
        allowed: Allowed,
        *,
        pod_selector: str,
        say: t.Callable[[str], None],
    ) -> None:
        self._client = client
        self._nodes = list(nodes)
        self._evictor = evictor
        self._say = say
        pods, budgets = kinds
        self._news: queue.Queue[_News] = queue.Queue()
        self._stop = threading.Event()
        self._requests = ThreadPoolExecutor(_REQUESTS_AT_ONCE)
        self._said: t.Dict[str, t.Tuple[str, float]] = {}
        self._next_probe: t.Dict[str, float] = {}
        self.scene = Scene(pods, budgets, nodes, pod_selector, allowed)
        self._unanswered = 0
        self.timed_out = False

    def run(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        try:
            self._look()
            while True:
                self._ask_who_may()
                # Also those that are gone before the server has answered: it is told who went because of us.
                over = not self._unanswered and not any(one.is_open for one in self.scene.pods.values())
                self._show(last=over)
                if over:
                    return
                if time.monotonic() >= deadline:
                    self.timed_out = True
                    return
                self._await_news(deadline)
        finally:
            self._stop.set()
            self._requests.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> None:
        """What is there now; from then on everything is followed."""
        topics = [*self.scene.pod_topics]
        # Who may not read budgets still drains: by asking again from time to time.
        with contextlib.suppress(Forbidden):
            self._learn_budgets(*list_now(self._client, self.scene.budget_topic))
        for change, version in list(self._requests.map(lambda topic: list_now(self._client, topic), topics)):
            self.scene.take_pods(change)
            self._follow(change.topic, version)

    def _learn_budgets(self, change: Change, version: str) -> None:
        self.scene.take_budgets(change)
        self._follow(self.scene.budget_topic, version)

    def _follow(self, topic: Topic, version: str) -> None:
        arguments = (self._client, topic, version, self._news.put, self._stop)
        # Daemon: a thread that hangs in a read must not keep the process; the server ends its watch anyway.
        threading.Thread(target=follow, args=arguments, daemon=True, name=f"watch {topic.resource.plural}").start()

    def _ask_who_may(self) -> None:
        now = time.monotonic()
        for one in self.scene.pods.values():
            if one.state == leaving.WAITING and self._may_ask(one, now):
                one.state = leaving.ASKED
                one.tries += 1
                self._unanswered += 1
                self._requests.submit(self._ask, one)

    def _may_ask(self, one: Leaving, now: float) -> bool:
        """A ready pod needs room in its budget; of one that is not ready the server knows better."""
        mine = [] if self._evictor.disable_eviction else self.scene.budgets.of(one.pod)
        if not mine or not (one.held or is_ready(one.pod)):
            one.ticket = ()
            return now >= one.next_try
        if one.next_try > now and not one.held:
            return False
        key = f"{text(one.pod, 'metadata', 'namespace')}/{','.join(budget.name for budget in mine)}"
        due = now >= self._next_probe.setdefault(key, now + _PROBE_SECONDS)
        ticket = self.scene.budgets.admit(one.pod, even_full=due)
        if due and ticket is not None:
            self._next_probe[key] = now + _PROBE_SECONDS
        one.ticket = ticket or ()
        return ticket is not None

    def _ask(self, one: Leaving) -> None:
        try:
            answer = self._evictor.ask(one.pod)
        except Exception as exc:  # a thread that dies in silence would leave its pod asked for ever
            answer = Answer(evict.REFUSED, str(exc))
        self._news.put((one, answer))

    def _show(self, *, last: bool) -> None:
        now = time.monotonic()
        for node in self._nodes:
            line = progress_line(node, list(self.scene.pods.values()), self.scene.budgets)
            said, when = self._said.get(node, ("", -_LINE_EVERY))
            if line != said and (last or now - when >= _LINE_EVERY):
                self._said[node] = (line, now)
                self._say(line)

    def _await_news(self, deadline: float) -> None:
        """Sleeps until news come or something is due; then takes all news there are."""
        waiting = [one.next_try for one in self.scene.pods.values() if one.state == leaving.WAITING]
        now = time.monotonic()
        wake = min([deadline, now + _LINE_EVERY, *(due for due in waiting if due > now)])
        try:
            self._take(self._news.get(timeout=max(wake - now, 0.01)))
            while True:
                self._take(self._news.get_nowait())
        except queue.Empty:
            return

    def _take(self, news: _News) -> None:
        if not isinstance(news, Change):
            self._take_answer(*news)
        elif news.what == LOST:
            self._say(f"{news.error} Trying again.")
        elif news.what == BROKEN:
            if news.topic in self.scene.pod_topics and news.error is not None:
                raise news.error
        elif news.topic == self.scene.budget_topic:
            self.scene.take_budgets(news)
        else:
            self.scene.take_pods(news)

    def _take_answer(self, one: Leaving, answer: Answer) -> None:
        self._unanswered -= 1
        self.scene.budgets.answered(one.ticket, answer.what == evict.TAKEN)
        one.reason, one.held = answer.message, answer.what == evict.HELD
        if one.state != leaving.ASKED:
            one.by_us = one.by_us or answer.what == evict.TAKEN
            return  # it went before the answer came
        if answer.what == evict.TAKEN:
            one.state, one.by_us = leaving.GOING, True
        elif answer.what == evict.GONE:
            one.state = leaving.GONE
        elif answer.what == evict.REFUSED:
            one.state = leaving.REFUSED
        else:
            pause = _PROBE_SECONDS if one.held else min(backoff(one.tries), _PROBE_SECONDS)
            one.state, one.next_try = leaving.WAITING, time.monotonic() + pause
