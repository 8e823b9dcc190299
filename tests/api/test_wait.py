# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits on a real API server without controllers: the tests write the statuses themselves, and break connections."""

from __future__ import annotations

import queue
import threading
import time
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import run, wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import LISTED, Change, Topic, follow
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import HEALTHY
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.loop import Wait
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.progress import Progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

if t.TYPE_CHECKING:
    from control_plane import ControlPlane

Obj = dict[str, t.Any]
CONTAINER: Obj = {"name": "app", "image": "shop/web:v1", "readinessProbe": {"httpGet": {"port": 80}}}


class Cluster:
    """Makes objects and plays their controllers."""

    def __init__(self, client: KubeClient, namespace: str) -> None:
        self.client = client
        self.discovery = Discovery(client)
        self.namespace = namespace

    def deployment(self, name: str, **annotations: str) -> Target:
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}
        spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
        return self.make("apps/v1", "Deployment", name, {"metadata": {"annotations": annotations}, "spec": spec})

    def make(self, api_version: str, kind: str, name: str, more: Obj) -> Target:
        resource = self.discovery.resource_for(api_version, kind)
        metadata = {**more.get("metadata", {}), "name": name, "namespace": self.namespace}
        made = self.client.create(resource, {"apiVersion": api_version, "kind": kind, **more, "metadata": metadata})
        return Target(ObjectRef.from_object({"apiVersion": api_version, "kind": kind, **made}), resource)

    def set_status(self, target: Target, status: Obj) -> None:
        ref = target.ref
        self.client.patch(target.resource, ref.name, ref.namespace, {"status": status}, subresource="status")

    def finish(self, target: Target) -> float:
        """The Deployment is up; when that was."""
        counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 1)
        self.set_status(target, {"observedGeneration": 1, **counts})
        return time.monotonic()

    def wait(self, *targets: Target, timeout: float = 20.0, lines: list[str] | None = None) -> float:
        wait_for(
            self.client,
            self.discovery,
            targets,
            HEALTHY,
            timeout=timeout,
            progress=(lines if lines is not None else []).append,
        )
        return time.monotonic()


@pytest.fixture
def cluster(client: KubeClient, namespace: str) -> Cluster:
    return Cluster(client, namespace)


def in_background(work: t.Callable[[], t.Any]) -> queue.Queue[t.Any]:
    """Its outcome, or its exception, comes out of the queue."""
    outcome: queue.Queue[t.Any] = queue.Queue()

    def run_it() -> None:
        try:
            outcome.put(work())
        except Exception as exc:
            outcome.put(exc)

    threading.Thread(target=run_it, daemon=True).start()
    return outcome


def test_it_returns_within_200_ms_of_the_event(cluster: Cluster) -> None:
    lags = []
    for index in range(5):
        web = cluster.deployment(f"web-{index}")
        outcome = in_background(lambda target=web: cluster.wait(target))
        time.sleep(0.5)
        happened = cluster.finish(web)
        lags.append(outcome.get(timeout=10) - happened)
    assert max(lags) < 0.2, lags


def test_one_watch_for_each_kind_and_namespace(cluster: Cluster) -> None:
    targets = [cluster.deployment(f"web-{index}") for index in range(20)]
    pods = [cluster.make("v1", "Pod", f"alone-{index}", {"spec": {"containers": [CONTAINER]}}) for index in range(2)]
    wait = Wait(cluster.client, cluster.discovery, [*targets, *pods], HEALTHY, Progress(lambda _line: None))
    outcome = in_background(lambda: wait.run(20.0))
    time.sleep(1.0)
    for target in targets:
        cluster.finish(target)
    for pod in pods:
        cluster.set_status(pod, {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})
    standings = outcome.get(timeout=10)
    assert [standing.met for standing in standings] == [True] * 22
    watched = [(topic.resource.kind, topic.namespace) for topic in wait.watches]
    assert sorted(watched) == [(kind, cluster.namespace) for kind in ("Deployment", "Event", "Pod", "ReplicaSet")]


def test_a_server_that_restarts_is_waited_for(plane: ControlPlane, cluster: Cluster) -> None:
    web, lines = cluster.deployment("web"), []
    outcome = in_background(lambda: cluster.wait(web, timeout=60.0, lines=lines))
    time.sleep(0.5)
    plane.stop_apiserver()
    time.sleep(1.0)
    plane.restart_apiserver()
    cluster.finish(web)
    assert isinstance(outcome.get(timeout=30), float)
    assert any("Trying again" in line for line in lines), lines


def test_a_server_that_stands_still_for_a_moment(plane: ControlPlane, cluster: Cluster) -> None:
    web = cluster.deployment("web")
    outcome = in_background(lambda: cluster.wait(web, timeout=30.0))
    time.sleep(0.5)
    plane.freeze()
    time.sleep(2.0)
    plane.thaw()
    cluster.finish(web)
    assert isinstance(outcome.get(timeout=20), float)


def test_a_server_that_stands_still_does_not_hold_up_the_timeout(
    plane: ControlPlane, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.diagnose._PATIENCE", 1.0
    )
    web = cluster.deployment("web")
    outcome = in_background(lambda: cluster.wait(web, timeout=2.0))
    time.sleep(1.0)
    plane.freeze()
    try:
        failure = outcome.get(timeout=10)
    finally:
        plane.thaw()
    assert isinstance(failure, WaitFailed)
    assert failure.message.startswith(f"{web.ref} is not healthy after 2 s: 0/1 updated, 0 available")


def test_what_is_too_old_is_listed_again(plane: ControlPlane, cluster: Cluster) -> None:
    """After its restart the server remembers no events of before."""
    web = cluster.deployment("web")
    plane.stop_apiserver()
    plane.restart_apiserver()
    news: queue.Queue[Change] = queue.Queue()
    stop = threading.Event()
    topic = Topic(web.resource, cluster.namespace)
    threading.Thread(target=follow, args=(cluster.client, topic, "1", news.put, stop), daemon=True).start()
    first = news.get(timeout=10)
    assert (first.what, [o["metadata"]["name"] for o in first.objects]) == (LISTED, ["web"])
    cluster.finish(web)
    assert news.get(timeout=10).objects[0]["status"]["availableReplicas"] == 1
    stop.set()


def test_each_object_by_its_own_time(cluster: Cluster) -> None:
    quick = cluster.deployment("quick", **{"slipway.deploy/wait-timeout": "1s"})
    slow = cluster.deployment("slow")
    started = time.monotonic()
    with pytest.raises(WaitFailed) as caught:
        cluster.wait(quick, slow, timeout=30.0)
    assert time.monotonic() - started < 5
    assert caught.value.message.startswith(f"{quick.ref} is not healthy after 1 s")
    assert [f["name"] for f in caught.value.details["failures"]] == ["quick"]


def test_an_object_may_take_longer_than_the_others(cluster: Cluster) -> None:
    slow = cluster.deployment("slow", **{"slipway.deploy/wait-timeout": "20s"})
    outcome = in_background(lambda: cluster.wait(slow, timeout=1.0))
    time.sleep(2.0)
    cluster.finish(slow)
    assert isinstance(outcome.get(timeout=5), float)


def test_a_rule_of_the_user(plane: ControlPlane, cluster: Cluster) -> None:
    cluster.make("v1", "ConfigMap", "report", {"data": {"phase": "running"}})
    params = {
        **{"kubeconfig": str(plane.kubeconfig), "kind": "ConfigMap", "api_version": "v1", "name": "report"},
        **{"namespace": cluster.namespace, "state": "healthy", "wait_timeout": 10.0},
        "health_rules": [{"kind": "ConfigMap", "current": "data.phase == 'done'", "failed": "data.error"}],
    }
    resource = cluster.discovery.resource_for("v1", "ConfigMap")
    outcome = in_background(lambda: run(params, TaskContext(env={})))
    time.sleep(0.5)
    cluster.client.patch(resource, "report", cluster.namespace, {"data": {"phase": "done"}})
    assert outcome.get(timeout=10)["objects"][0]["message"] == "data.phase == 'done' is true"
    cluster.client.patch(resource, "report", cluster.namespace, {"data": {"error": "no paper"}})
    with pytest.raises(WaitFailed, match=r"report failed: data\.error is true"):
        run(params, TaskContext(env={}))
