# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the message of a failed wait says."""

from __future__ import annotations

import threading
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Forbidden
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis import diagnose as module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.diagnose import Diagnosis, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import doom_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    pod,
    replica_set,
    waiting,
    workload,
)


class Cluster:
    """Client and discovery in one, for what a diagnosis asks; `lists` by plural."""

    def __init__(self, log: str = "", **lists: list) -> None:
        self.log, self.lists = log, lists
        self.logs_asked: list[dict] = []

    def resource_for(self, api_version: str, kind: str) -> Resource:
        group, _slash, version = api_version.rpartition("/")
        return Resource(group, version, kind, kind.lower() + "s", True)

    def list(self, resource: Resource, _namespace: str, **_selectors: str) -> dict:
        return {"items": self.lists.get(resource.plural, [])}

    def get_text(self, _path: str, query: dict) -> str:
        self.logs_asked.append(query)
        return self.log


def explained(cluster: t.Any, obj: dict, *pods: dict) -> dict:
    ref = ObjectRef.from_object(obj)
    doom = doom_of(obj, list(pods))
    standing = Standing(Target(ref, None), ref, obj, False, compute(obj), doom, doom is not None)
    return Diagnosis(cluster, cluster).explain(standing, pods)


def test_a_crash_loop_with_the_log_of_the_instance_that_crashed():
    cluster = Cluster("starting\nno such table: visits\n", replicasets=[replica_set("web-new", "uid-web", 2)])
    failure = explained(cluster, workload(), pod("web-1", crashed(2, code=3), owner="uid-web-new"))
    assert cluster.logs_asked[0] == {"container": "app", "tailLines": "20", "previous": "true"}
    assert failure["log"] == ["starting", "no such table: visits"]
    assert [link["kind"] for link in failure["chain"]] == ["Deployment", "ReplicaSet", "Pod"]
    assert (failure["reason"], failure["exit_code"]) == ("CrashLoopBackOff", 3)
    assert sentence(failure) == (
        "pod web-1, container app: CrashLoopBackOff: the process ended with exit code 3 (Error), 2 restarts. "
        "Last log line: no such table: visits"
    )


def test_a_missing_image_has_no_log_but_events():
    event = {"type": "Warning", "reason": "Failed", "message": "manifest unknown", "lastTimestamp": "2026-01-01"}
    cluster = Cluster("nothing to see", events=[event, {"type": "Normal", "reason": "Pulling"}])
    failure = explained(cluster, workload(), pod("web-1", waiting("ImagePullBackOff", "Back-off pulling image")))
    assert (failure["log"], cluster.logs_asked) == ([], [])
    assert [e["reason"] for e in failure["events"]] == ["Failed"]
    assert sentence(failure).endswith("Back-off pulling image. Last event: Failed: manifest unknown")


def test_a_container_that_runs_and_is_not_ready():
    running = {"name": "app", "ready": False, "started": True, "state": {"running": {}}}
    failure = explained(Cluster("listening\n"), workload(), pod("web-1", running))
    assert "readiness probe has not succeeded" in sentence(failure)
    assert failure["log"] == ["listening"]
    assert not failure["final"]


def test_a_pod_that_has_not_come_far():
    failure = explained(Cluster(), workload(), pod("web-1", waiting("ContainerCreating")))
    assert sentence(failure) == (
        "pod web-1: 0/3 updated, 0 available; the pod is Pending, 0/1 containers ready (ContainerCreating)."
    )


def test_an_event_that_says_the_same_again_is_not_repeated():
    event = {"type": "Warning", "reason": "Failed", "message": "Error: ImagePullBackOff"}
    failure = explained(Cluster(events=[event]), workload(), pod("web-1", waiting("ImagePullBackOff", "not found")))
    assert sentence(failure) == "pod web-1, container app: ImagePullBackOff: not found."


def test_a_claim_without_a_volume():
    lonely = pod("web-1")
    lonely["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    lonely["status"]["conditions"].append(
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "unbound claims"}
    )
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "status": {"phase": "Pending"},
    }
    failure = explained(Cluster(persistentvolumeclaims=[claim]), workload(), lonely)
    assert "Unschedulable: unbound claims. PersistentVolumeClaim data is not bound" in sentence(failure)


def test_a_failed_job_names_its_last_pod():
    job = workload("Job", "migrate")
    job["status"]["conditions"] = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]
    ended = pod("migrate-x", {"name": "app", "state": {"terminated": {"exitCode": 5, "reason": "Error"}}})
    ended["status"]["phase"] = "Failed"
    failure = explained(Cluster("no such database\n", pods=[ended]), job)
    assert (failure["pod"], failure["exit_code"], failure["log"]) == ("migrate-x", 5, ["no such database"])


def test_a_server_that_shows_nothing_more_does_not_hide_the_failure():
    class Closed(Cluster):
        def list(self, *_a: t.Any, **_k: t.Any) -> dict:
            raise Forbidden("no", status=403)

        def get_text(self, *_a: t.Any, **_k: t.Any) -> str:
            raise Forbidden("no", status=403)

    failure = explained(Closed(), workload(), pod("web-1", crashed(2)))
    assert failure["reason"] == "CrashLoopBackOff"
    assert (failure["events"], failure["log"]) == ([], [])


def unhealthy(message: str) -> dict:
    return {"type": "Warning", "reason": "Unhealthy", "message": message}


def test_a_probe_that_fails_is_told_with_the_answer_it_got():
    running = {"name": "app", "ready": False, "started": True, "state": {"running": {}}}
    answer = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    failure = explained(Cluster("listening\n", events=[unhealthy(answer)]), workload(), pod("web-1", running))
    assert failure["message"] == f"NotReady: it runs, but its readiness probe has not succeeded; {answer}"


def test_a_liveness_probe_that_kills_is_told():
    events = [unhealthy("Readiness probe failed: x"), unhealthy("Liveness probe failed: timeout")]
    failure = explained(Cluster(events=events), workload(), pod("web-1", crashed(3, code=137)))
    assert failure["message"].endswith("3 restarts; Liveness probe failed: timeout")


def test_a_node_that_is_lost_is_named():
    silent = pod("web-1", {"name": "app", "ready": True, "state": {"running": {}}})
    silent["spec"]["nodeName"] = "n1"
    conditions = [
        {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet is silent."}
    ]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": {"conditions": conditions}}
    failure = explained(Cluster("x", nodes=[node]), workload(), silent)
    assert failure["message"] == "its node n1 is not ready: NodeStatusUnknown: Kubelet is silent."
    assert failure["log"] == []


def test_an_evicted_pod():
    evicted = pod("web-1")
    evicted["status"].update(phase="Failed", reason="Evicted", message="The node was low on resource: memory.")
    failure = explained(Cluster(), workload(), evicted)
    assert failure["message"] == "Evicted: The node was low on resource: memory."


def test_a_claim_that_is_waited_for_by_itself():
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "status": {"phase": "Pending"},
    }
    event = {"type": "Normal", "reason": "WaitForFirstConsumer", "message": "waiting for first consumer"}
    assert sentence(explained(Cluster(events=[event]), claim)).endswith(
        "WaitForFirstConsumer: waiting for first consumer"
    )


def test_a_server_that_hangs_does_not_hold_up_the_failure(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    release = threading.Event()

    class Hanging(Diagnosis):
        def explain(self, standing: Standing, pods: t.Sequence[t.Any]) -> t.Any:
            release.wait(5)
            return super().explain(standing, pods)

    obj = workload()
    ref = ObjectRef.from_object(obj)
    standing = Standing(Target(ref, None), ref, obj, False, compute(obj))
    started = time.monotonic()
    (failure,) = module.explain_all(Hanging(Cluster(), Cluster()), [(standing, [])])
    release.set()
    assert time.monotonic() - started < 2
    assert failure["message"] == "0/3 updated, 0 available"
