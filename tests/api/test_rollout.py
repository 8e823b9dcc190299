# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_rollout on a real API server, with real controllers and pods on paper: those of an image `:broken` cannot run."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollout import VERB
from ansible_collections.slipway.deploy.tests.api.faces import both_faces, run_verb
from ansible_collections.slipway.deploy.tests.api.paper import Paper, until

GOOD, BROKEN = "shop/app:good", "shop/app:broken"
PLURALS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}


@pytest.fixture
def plane(moving_plane: ControlPlane) -> ControlPlane:
    return moving_plane


@pytest.fixture
def paper(plane: ControlPlane, namespace: str) -> Paper:
    found = Paper(plane, namespace)
    found.node()
    return found


class Task:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.lines: list[str] = []

    def __call__(self, *names: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        given = {"kubeconfig": str(self.paper.plane.kubeconfig), "namespace": self.paper.namespace, "wait_timeout": 60}
        context = TaskContext(check_mode=check, diff=True, env={}, progress=self.lines.append)
        return run_verb(VERB, {**given, **({"name": list(names)} if names else {}), **options}, context)


@pytest.fixture
def task(paper: Paper) -> Task:
    return Task(paper)


def images(workload: dict[str, t.Any]) -> list[str]:
    return [container["image"] for container in workload["spec"]["template"]["spec"]["containers"]]


def broken_then_good(paper: Paper, kind: str) -> str:
    """A workload whose revision before the present one cannot run. Its path."""
    plural = PLURALS[kind]
    make = {"Deployment": paper.deployment, "StatefulSet": paper.stateful_set, "DaemonSet": paper.daemon_set}[kind]
    make("web", 1, ready=False, image=BROKEN)
    until("a pod is there", lambda: paper.pods("web"))
    path = paper.path("apps/v1", plural, "web")
    until("its first revision is", lambda: paper.plane.request("GET", path)["status"].get("observedGeneration"))
    paper.run_image(plural, "web", GOOD)
    until("the second is", lambda: paper.plane.request("GET", path)["status"].get("observedGeneration") == 2)
    if kind != "Deployment":
        for pod in paper.pods("web"):
            paper.plane.request("DELETE", paper.path("v1", "pods", pod["metadata"]["name"]))
    until("only the good runs", lambda: [p["spec"]["containers"][0]["image"] for p in paper.pods("web")] == [GOOD])
    paper.await_ready("web", 1)
    return path


@pytest.mark.parametrize("kind", list(PLURALS))
def test_what_cannot_run_is_taken_back(paper: Paper, task: Task, kind: str) -> None:
    path = broken_then_good(paper, kind)
    before = paper.plane.request("GET", path)
    with pytest.raises(WaitFailed) as caught:
        task("web", kind=kind, state="undo", wait=True, on_failure="rollback")
    said = caught.value.message
    assert "InvalidImageName" in said
    assert said.endswith(f"{kind} {paper.namespace}/web is as before, and healthy."), said
    details = caught.value.details
    assert details["changed"] and details["rollback"] in said
    assert details["workloads"][0]["status"] == "Current" and details["workloads"][0]["images"] == [GOOD]
    after = paper.plane.request("GET", path)
    assert after["spec"]["template"] == before["spec"]["template"]
    assert [pod["spec"]["containers"][0]["image"] for pod in paper.pods("web")] == [GOOD]


def test_without_it_everything_stays_as_it_came_out(paper: Paper, task: Task) -> None:
    path = broken_then_good(paper, "Deployment")
    with pytest.raises(WaitFailed) as caught:
        task("web", state="undo", wait=True)
    assert "rollback" not in caught.value.details
    assert images(paper.plane.request("GET", path)) == [BROKEN]


def test_pods_that_a_quota_refuses_are_scaled_back(paper: Paper, task: Task) -> None:
    paper.deployment("web", 1)
    paper.create("v1", "resourcequotas", "few", {"hard": {"pods": "2"}})
    quota = paper.path("v1", "resourcequotas", "few")
    until("the quota counts", lambda: paper.plane.request("GET", quota)["status"].get("used"))
    with pytest.raises(WaitFailed, match="exceeded quota") as caught:
        task("web", state="scaled", replicas=5, wait=True, on_failure="rollback", wait_timeout=20)
    assert caught.value.message.endswith("is as before, and healthy.")
    assert caught.value.details["workloads"][0]["replicas"] == 1


def test_many_at_once(paper: Paper, task: Task) -> None:
    paper.deployment("a", 1)
    paper.deployment("b", 2)
    predicted = task("a", "b", state="scaled", replicas=2, check=True)
    done = task("a", "b", state="scaled", replicas=2, wait=True)
    assert [w["action"] for w in done["workloads"]] == ["scaled from 1 to 2", "already has 2 replicas"]
    assert [w["changed"] for w in predicted["workloads"]] == [w["changed"] for w in done["workloads"]] == [True, False]
    assert predicted["diff"] == done["diff"]
    assert [(d["before"]["replicas"], d["after"]["replicas"]) for d in done["diff"]] == [(1, 2)]
    assert not task("a", "b", state="scaled", replicas=2)["changed"]
    restarted = task("a", "b", state="restart", wait=True)
    assert all(w["restarted_at"] and w["status"] == "Current" for w in restarted["workloads"])
    with pytest.raises(InputError, match=r"Deployment .*/nobody, Deployment .*/noone do not exist\."):
        task("a", "nobody", "noone", state="restart")
    with pytest.raises(InputError, match="name is empty"):
        task(name=[], state="restart")
    with pytest.raises(InputError, match=r"No Deployment in namespace .* has the labels x=y"):
        task(label_selectors=["x=y"])


def test_scale_only_what_is_as_expected(paper: Paper, task: Task) -> None:
    paper.deployment("web", 1)
    left = task("web", state="scaled", replicas=3, current_replicas=2)
    assert not left["changed"] and left["workloads"][0]["action"] == "left alone: it has 1 replicas, not 2"
    assert not task("web", state="scaled", replicas=3, resource_version="1")["changed"]
    assert task("web", state="scaled", replicas=3, current_replicas=1, wait=True)["workloads"][0]["replicas"] == 3


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_history_counts_pods(paper: Paper, task: Task, kind: str) -> None:
    broken_then_good(paper, kind)
    (web,) = task("web", kind=kind)["workloads"]
    assert [(r["images"], r["pods"], r["current"]) for r in web["history"]] == [([BROKEN], 0, False), ([GOOD], 1, True)]


def test_rollback_needs_somebody_who_looks(task: Task) -> None:
    with pytest.raises(InputError, match="on_failure: rollback needs wait: true"):
        task("web", state="restart", on_failure="rollback")


def test_both_faces_say_the_same(paper: Paper, tmp_path: Path) -> None:
    paper.deployment("web", 1)
    options = {
        "kubeconfig": str(paper.plane.kubeconfig),
        "namespace": paper.namespace,
        "name": ["web"],
        "state": "undo",
    }
    here, there = both_faces(tmp_path, "k8s_rollout", options)
    assert here == there
    assert here["failed"] and "has no revision before the present one" in here["msg"]
    here, there = both_faces(tmp_path, "k8s_rollout", {**options, "state": "status"})
    assert here == there
    assert here["workloads"][0]["history"][0]["pods"] == 1
