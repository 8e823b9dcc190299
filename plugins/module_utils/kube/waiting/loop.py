# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits on watches until all targets are what they should be, one never can be, or time is over."""

from __future__ import annotations

import queue
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    BROKEN,
    CHANGED,
    LOST,
    Change,
    Topic,
    follow,
    list_now,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import Goal
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.judge import Judge
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.progress import Progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import DEPENDENTS, Target, topics_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.trim import LEAN, unmanaged

_LISTS_AT_ONCE = 8
_WARNINGS = "type=Warning"
_API_VERSIONS = {"Pod": "v1", "ReplicaSet": "apps/v1"}
#: News that come in a flood are taken together; the first after a silence is taken at once.
_BATCH = 0.05
_LONGEST_BATCH = 0.15


class Wait:
    """One wait. `run` returns how everything stands at its end; `timed_out` and `lost` say why it ended."""

    def __init__(
        self,
        client: KubeClient,
        discovery: Discovery,
        targets: t.Sequence[Target],
        goal: Goal,
        progress: Progress,
        graces: t.Optional[t.Mapping[str, float]] = None,
    ) -> None:
        self._client = client
        self._discovery = discovery
        self._goal = goal
        self._progress = progress
        self._topics = topics_of(targets)
        self._versions: t.Dict[Topic, str] = {}
        self._picture = Picture()
        self._patience = Patience(time.monotonic, graces)
        self._judge = Judge(goal, self._topics, self._patience)
        self._changes: queue.SimpleQueue[Change] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._followed: t.Set[Topic] = set()
        self._next_look = 0.0
        #: Objects whose time was over.
        self.overdue: t.List[Standing] = []
        #: Why the API server cannot be asked at the moment.
        self.lost: t.Optional[Exception] = None

    @property
    def timed_out(self) -> bool:
        return bool(self.overdue)

    @property
    def watches(self) -> t.FrozenSet[Topic]:
        return frozenset(self._followed)

    def look_once(self) -> t.List[Standing]:
        """How everything stands now, without waiting."""
        self._list_all()
        self._judge.look(self._picture)
        return self._judge.standings()

    def run(self, timeout: float) -> t.List[Standing]:
        start = time.monotonic()
        try:
            self._list_all()
            self._look()
            self._follow_unmet()
            while not self._is_over():
                wake = self._next_deadline(start, timeout)
                if self.overdue:
                    break
                self._await_change(wake)
                self._look()
            return self._judge.standings()
        finally:
            self._stop.set()

    def _is_over(self) -> bool:
        unmet = self._judge.unmet()
        return not unmet or any(standing.final for standing in unmet)

    def _next_deadline(self, start: float, timeout: float) -> float:
        """The first that is to come; notes whose time is over."""
        now = time.monotonic()
        unmet = [(start + (timeout if s.timeout is None else s.timeout), s) for s in self._judge.unmet()]
        self.overdue = [standing for due, standing in unmet if due <= now]
        return min(due for due, _standing in unmet)

    def _look(self) -> None:
        began = time.monotonic()
        fresh = self._judge.look(self._picture)
        self._progress.show(fresh, self._judge.count, len(self._judge.unmet()))
        if self._goal.fail_fast:
            self._follow_dependents(fresh)
        ended = time.monotonic()
        self._next_look = ended + min(max(_BATCH, ended - began), _LONGEST_BATCH)

    def _list_all(self) -> None:
        topics = list(self._topics)
        with ThreadPoolExecutor(_LISTS_AT_ONCE) as pool:
            answers = list(pool.map(lambda topic: list_now(self._client, topic, unmanaged), topics))
        for topic, (change, version) in zip(topics, answers):
            self._picture.take(change)
            self._versions[topic] = version

    def _follow_unmet(self) -> None:
        """What is already as it should be is not watched; it was true when we looked."""
        if self._is_over():
            return
        unmet = {standing.target for standing in self._judge.unmet()}
        for topic, targets in self._topics.items():
            if not unmet.isdisjoint(targets):
                self._start(topic)

    def _follow_dependents(self, fresh: t.Sequence[Standing]) -> None:
        """Pods, ReplicaSets and warnings in the namespaces of workloads that are not there yet."""
        unmet = {(s.ref.kind, s.target.ref.namespace) for s in fresh if s.obj is not None and not s.met}
        for workload, namespace in sorted(unmet):
            for kind in DEPENDENTS.get(workload, ()):
                self._start_kind(_API_VERSIONS[kind], kind, namespace, "")
            if workload in DEPENDENTS:
                self._start_kind("v1", "Event", namespace, _WARNINGS)

    def _start_kind(self, api_version: str, kind: str, namespace: str, selector: str) -> None:
        resource = self._resource(api_version, kind)
        if resource:
            self._start(Topic(resource, namespace, "", selector))

    def _resource(self, api_version: str, kind: str) -> t.Optional[Resource]:
        try:
            return self._discovery.resource_for(api_version, kind)
        except UnknownKind:
            return None

    def _start(self, topic: Topic) -> None:
        if topic in self._followed:
            return
        self._followed.add(topic)
        trim = unmanaged if topic in self._topics else LEAN.get(topic.resource.kind, unmanaged)
        version = self._versions.get(topic, "")
        arguments = (self._client, topic, version, self._changes.put, self._stop, trim)
        # Daemon: a thread that hangs in a read must not keep the process; the server ends its watch anyway.
        threading.Thread(target=follow, args=arguments, daemon=True, name=f"watch {topic.resource.plural}").start()

    def _await_change(self, deadline: float) -> None:
        """Sleeps until news come, a grace is over, or time is; then takes all news there are."""
        wake = min(deadline, self._patience.next_due() or deadline)
        try:
            self._take(self._changes.get(timeout=max(wake - time.monotonic(), 0.01)))
            pause = min(self._next_look, wake) - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            while True:
                self._take(self._changes.get_nowait())
        except queue.Empty:
            return

    def _take(self, change: Change) -> None:
        self.lost = change.error if change.what == LOST else None
        if change.what == BROKEN and change.error is not None:
            if change.topic in self._topics:
                raise change.error
            self._progress.note(f"cannot watch {change.topic.resource.plural}: {change.error}")
        elif change.what == LOST:
            self._progress.note(f"{change.error} Trying again.")
        elif change.topic.resource.kind == "Event" and change.topic.field_selector == _WARNINGS:
            for event in change.objects:
                self._picture.warn(event, fresh=change.what == CHANGED)
        else:
            self._picture.take(change)

    def pods_of(self, standing: Standing) -> t.List[Object]:
        """For the diagnosis: the newest revision's pods as last seen.

        A StatefulSet does not replace an old pod that never gets ready: without new ones, those tell the story.
        """
        if standing.obj is None:
            return []
        newest = self._picture.pods_of(standing.obj)
        return newest or (self._picture.all_pods_of(standing.obj) if standing.ref.kind == "StatefulSet" else [])
