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

from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import UnknownKind
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
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.judge import Judge, Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.progress import Progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target, topics_of

_LISTS_AT_ONCE = 8
_REFUSED = "type=Warning,reason=FailedCreate"


class Wait:
    """One wait. `run` returns how everything stands at its end; `timed_out` and `lost` say why it ended."""

    def __init__(
        self, client: KubeClient, discovery: Discovery, targets: t.Sequence[Target], goal: Goal, progress: Progress
    ) -> None:
        self._client = client
        self._discovery = discovery
        self._goal = goal
        self._progress = progress
        self._topics = topics_of(targets)
        self._picture = Picture()
        self._patience = Patience(time.monotonic)
        self._judge = Judge(goal, self._topics, self._patience)
        self._changes: queue.Queue[Change] = queue.Queue()
        self._stop = threading.Event()
        self._followed: t.Set[Topic] = set()
        self.timed_out = False
        #: Why the API server cannot be asked at the moment.
        self.lost: t.Optional[Exception] = None

    def look_once(self) -> t.List[Standing]:
        """How everything stands now, without waiting."""
        self._list_all()
        return self._judge.look(self._picture)

    def run(self, timeout: float) -> t.List[Standing]:
        deadline = time.monotonic() + timeout
        try:
            versions = self._list_all()
            standings = self._look()
            self._follow_unmet(standings, versions)
            while not _is_over(standings):
                if time.monotonic() >= deadline:
                    self.timed_out = True
                    break
                self._await_change(deadline)
                standings = self._look()
            return standings
        finally:
            self._stop.set()

    def _look(self) -> t.List[Standing]:
        standings = self._judge.look(self._picture)
        self._progress.show(standings)
        if self._goal.fail_fast and not _is_over(standings):
            self._follow_dependents(standings)
        return standings

    def _list_all(self) -> t.Dict[Topic, str]:
        topics = list(self._topics)
        with ThreadPoolExecutor(_LISTS_AT_ONCE) as pool:
            answers = list(pool.map(lambda topic: list_now(self._client, topic), topics))
        for change, _version in answers:
            self._picture.take(change)
        return {topic: version for topic, (_change, version) in zip(topics, answers)}

    def _follow_unmet(self, standings: t.Sequence[Standing], versions: t.Mapping[Topic, str]) -> None:
        """What is already as it should be is not watched; it was true when we looked."""
        unmet = {standing.target for standing in standings if not standing.met}
        if any(standing.final for standing in standings):
            return
        for topic, targets in self._topics.items():
            if unmet & set(targets):
                self._start(topic, versions[topic])

    def _follow_dependents(self, standings: t.Sequence[Standing]) -> None:
        """Pods, ReplicaSets and refusals in the namespaces of workloads that are not there yet."""
        unmet = [s for s in standings if s.is_workload and not s.met and s.ref.kind != "Pod"]
        for namespace in sorted({s.ref.namespace for s in unmet}):
            for api_version, kind, field in (
                ("v1", "Pod", ""),
                ("apps/v1", "ReplicaSet", ""),
                ("v1", "Event", _REFUSED),
            ):
                resource = self._resource(api_version, kind)
                if resource:
                    self._start(Topic(resource, namespace, "", field), "")

    def _resource(self, api_version: str, kind: str) -> t.Optional[Resource]:
        try:
            return self._discovery.resource_for(api_version, kind)
        except UnknownKind:
            return None

    def _start(self, topic: Topic, version: str) -> None:
        if topic in self._followed:
            return
        self._followed.add(topic)
        arguments = (self._client, topic, version, self._changes.put, self._stop)
        # Daemon: a thread that hangs in a read must not keep the process; the server ends its watch anyway.
        threading.Thread(target=follow, args=arguments, daemon=True, name=f"watch {topic.resource.plural}").start()

    def _await_change(self, deadline: float) -> None:
        """Sleeps until news come, a grace is over, or time is; then takes all news there are."""
        wake = min(deadline, self._patience.next_due() or deadline)
        try:
            self._take(self._changes.get(timeout=max(wake - time.monotonic(), 0.01)))
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
        elif change.topic.resource.kind == "Event" and change.topic.field_selector == _REFUSED:
            # Old events tell of old trouble: only those that come while we watch count.
            for event in change.objects if change.what == CHANGED else ():
                self._picture.refuse(event)
        else:
            self._picture.take(change)

    def pods_of(self, standing: Standing) -> t.List[t.Mapping[str, t.Any]]:
        """For the diagnosis: the newest revision's pods as last seen."""
        return self._picture.pods_of(standing.obj) if standing.obj is not None else []


def _is_over(standings: t.Sequence[Standing]) -> bool:
    return all(s.met for s in standings) or any(s.final for s in standings)
