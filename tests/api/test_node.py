# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_node on a real API server, with real controllers and nodes on paper."""

from __future__ import annotations

import threading
import time
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import DrainFailed, Invalid
from ansible_collections.slipway.deploy.plugins.module_utils.kube.node import VERB
from ansible_collections.slipway.deploy.tests.api.faces import both_faces, run_verb
from ansible_collections.slipway.deploy.tests.api.paper import Paper, until


@pytest.fixture
def plane(moving_plane: ControlPlane) -> ControlPlane:
    return moving_plane


@pytest.fixture
def paper(plane: ControlPlane, namespace: str) -> Paper:
    return Paper(plane, namespace)


class Task:
    """Runs the verb as a task would."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.lines: list[str] = []

    def __call__(self, *names: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        given = {"kubeconfig": str(self.plane.kubeconfig), **({"name": list(names)} if names else {}), **options}
        context = TaskContext(check_mode=check, diff=True, env={}, progress=self.lines.append)
        return run_verb(VERB, given, context)


@pytest.fixture
def task(plane: ControlPlane) -> Task:
    return Task(plane)


def test_cordon_and_uncordon(paper: Paper, task: Task) -> None:
    node = paper.node()
    predicted = task(node, state="cordoned", check=True)
    assert not paper.get_node(node)["spec"].get("unschedulable")
    done = task(node, state="cordoned")
    assert predicted == done
    assert done["changed"] and done["nodes"][0]["unschedulable"]
    assert done["diff"][0]["before"]["unschedulable"] is False
    assert not task(node, state="cordoned")["changed"]
    assert task(node, state="uncordoned")["changed"]
    assert not task(node, state="uncordoned")["changed"]
    assert not paper.get_node(node)["spec"].get("unschedulable")


def test_taints_and_labels_are_set_once(paper: Paper, task: Task) -> None:
    nodes = [paper.node(), paper.node()]
    wanted: dict[str, t.Any] = {
        "label_selectors": [f"pool={paper.pool}"],
        "taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}, {"key": "old", "state": "absent"}],
        "labels": {"rack": 7},
        "annotations": {"note": "mine"},
    }
    assert task(**wanted, check=True)["changed"]
    done = task(**wanted)
    assert [node["name"] for node in done["nodes"]] == nodes
    assert done["nodes"][1]["taints"] == [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]
    assert done["nodes"][1]["labels"] == {"rack": "7"}
    assert not task(**wanted)["changed"]
    gone = {"taints": [{"key": "gpu", "state": "absent"}], "labels": {"rack": None}}
    assert task(nodes[0], **gone)["nodes"] == [
        {"name": nodes[0], "unschedulable": False, "taints": [], "labels": {}, "annotations": {}, "changed": True}
    ]
    assert not task(nodes[0], **gone)["changed"]


def test_what_the_server_refuses_is_refused_before_any_node_changes(paper: Paper, task: Task) -> None:
    nodes = [paper.node(), paper.node()]
    with pytest.raises(Invalid, match=f"Node {nodes[0]}: .*metadata.labels: Invalid value"):
        task(*nodes, state="cordoned", labels={"rack": "no spaces allowed"})
    assert not any(paper.get_node(node)["spec"].get("unschedulable") for node in nodes)


def test_nodes_that_are_not_there_are_named_together(paper: Paper, task: Task) -> None:
    with pytest.raises(InputError, match=r"The cluster has no node nobody, noone\."):
        task("nobody", paper.node(), "noone", state="cordoned")
    with pytest.raises(InputError, match=r"No node has the labels pool=nobody\."):
        task(label_selectors=["pool=nobody"], state="cordoned")


def test_two_hundred_pods_leave_within_their_budget(paper: Paper, task: Task) -> None:
    old = paper.node()
    paper.deployment("web", 200)
    paper.budget("web", "web", maxUnavailable=20)
    paper.node()
    healthy: list[int] = []
    stop = threading.Event()

    def sample() -> None:
        while not stop.wait(0.05):
            status = paper.plane.request("GET", paper.path("policy/v1", "poddisruptionbudgets", "web"))["status"]
            healthy.append(status["currentHealthy"])

    sampler = threading.Thread(target=sample)
    sampler.start()
    started = time.monotonic()
    try:
        done = task(old, state="drained", wait_timeout=120)
    finally:
        stop.set()
        sampler.join()
    print(f"200 pods in {time.monotonic() - started:.1f} s; least healthy {min(healthy)}")
    assert done["changed"] and len(done["evicted"]) == 200 and done["stuck"] == []
    assert min(healthy) >= 180
    assert paper.pods("web", old) == []
    assert task.lines[-1] == f"drain {old}: 0 of 200 pods left"
    assert not task(old, state="drained")["changed"]


def test_one_budget_holds_across_nodes(paper: Paper, task: Task) -> None:
    nodes = [paper.node(), paper.node()]
    paper.deployment("web", 6)
    paper.budget("web", "web", maxUnavailable=1)
    paper.node()
    done = task(*nodes, state="drained", wait_timeout=60)
    assert len(done["evicted"]) == 6
    assert {entry["node"] for entry in done["evicted"]} <= set(nodes)
    assert all(node["unschedulable"] for node in done["nodes"])


def test_who_is_stuck_is_named_with_the_budget_and_holds_nobody_else(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.deployment("db", 2)
    paper.deployment("web", 5)
    paper.budget("db", "db", minAvailable=2)
    paper.node()
    predicted = task(node, state="drained", check=True)
    assert predicted["changed"] and len(predicted["evicted"]) == 7 and len(predicted["stuck"]) == 2
    assert len(paper.pods("web", node)) == 5
    with pytest.raises(DrainFailed) as caught:
        task(node, state="drained", wait_timeout=3)
    budget = f"budget {paper.namespace}/db (0 disruptions allowed; 2 healthy pods, 2 needed)"
    assert caught.value.message.startswith(f"Not drained after 3 s: {node}. 2 of 7 pods are left: {paper.namespace}/db")
    assert f"is held by {budget}" in caught.value.message
    assert "stay cordoned" in caught.value.message
    details = caught.value.details
    assert details["changed"] and details["timed_out"] and len(details["evicted"]) == 5
    assert {entry["budget"] for entry in details["stuck"]} == {f"{paper.namespace}/db"}
    assert paper.get_node(node)["spec"]["unschedulable"]
    assert any(f"2 of 7 pods left; held: {paper.namespace}/db-" in line for line in task.lines)


def test_a_budget_with_room_again_is_heard_of_at_once(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.deployment("db", 2)
    paper.budget("db", "db", minAvailable=2)
    paper.node()
    released: list[float] = []

    def release() -> None:
        until("the drain is held", lambda: any("held" in line for line in task.lines))
        paper.patch(paper.path("policy/v1", "poddisruptionbudgets", "db"), {"spec": {"minAvailable": 0}})
        released.append(time.monotonic())

    helper = threading.Thread(target=release)
    helper.start()
    task(node, state="drained", wait_timeout=60)
    ended = time.monotonic()
    helper.join()
    assert ended - released[0] < 3, "it was asked again, not told"


def test_pods_of_daemon_sets_stay(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.daemon_set("agent", 1)
    with pytest.raises(InputError, match=r"belong to DaemonSets \(delete_options.ignore_daemonsets: true"):
        task(node, state="drained", delete_options={"ignore_daemonsets": False})
    assert task(node, state="drained")["evicted"] == []
    assert len(paper.pods("agent", node)) == 1
    assert not task(node, state="drained")["changed"]


def test_what_would_be_lost_is_named_before_anything_is_touched(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.bare_pod("lonely")
    paper.deployment("cache", 1, volumes=[{"name": "tmp", "emptyDir": {}}])
    paper.deployment("web", 1)
    with pytest.raises(InputError) as caught:
        task(node, state="drained")
    said = caught.value.message
    assert f"no controller would make {paper.namespace}/lonely again (delete_options.force: true" in said
    assert f"{paper.namespace}/cache-" in said and "delete_emptydir_data: true" in said
    assert not paper.get_node(node)["spec"].get("unschedulable")
    assert len(paper.pods("web", node)) == 1
    chosen = task(node, state="drained", pod_selectors=["app=web"])
    assert [entry["name"].split("-")[0] for entry in chosen["evicted"]] == ["web"]
    paper.node()
    given_up = task(node, state="drained", delete_options={"force": True, "delete_emptydir_data": True})
    assert len(given_up["evicted"]) == 2


def test_without_eviction_no_budget_counts(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.deployment("db", 2)
    paper.budget("db", "db", minAvailable=2)
    done = task(node, state="drained", delete_options={"disable_eviction": True}, wait_timeout=30)
    assert len(done["evicted"]) == 2


def test_a_pod_that_does_not_end_says_why(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.bare_pod("kept", metadata={"finalizers": ["shop.example/backup"]})
    with pytest.raises(
        DrainFailed, match=r"has been terminating for \d+ s, kept by its finalizers shop.example/backup"
    ):
        task(node, state="drained", delete_options={"force": True}, wait_timeout=3)
    # It is on its way already: a second run waits for it, and changes nothing.
    with pytest.raises(SlipwayError) as again:
        task(node, state="drained", wait_timeout=1)
    assert again.value.details["changed"] is False
    paper.patch(paper.path("v1", "pods", "kept"), {"metadata": {"finalizers": None}})
    assert task(node, state="drained", wait_timeout=30)["changed"] is False


def test_two_budgets_of_one_pod_end_the_drain_early(paper: Paper, task: Task) -> None:
    node = paper.node()
    paper.deployment("web", 1)
    paper.budget("one", "web", maxUnavailable=1)
    paper.budget("two", "web", maxUnavailable=1)
    started = time.monotonic()
    with pytest.raises(DrainFailed, match=r"held by more than one budget .*never evicted") as caught:
        task(node, state="drained", wait_timeout=60)
    assert time.monotonic() - started < 10
    assert caught.value.details["timed_out"] is False


def test_both_faces_say_the_same(paper: Paper, task: Task, tmp_path: Path) -> None:
    node = paper.node()
    task(node, state="cordoned", labels={"rack": "1"})
    arguments = {"kubeconfig": str(paper.plane.kubeconfig), "name": [node], "state": "drained", "labels": {"rack": 1}}
    here, there = both_faces(tmp_path, "k8s_node", arguments)
    assert here == there
    assert here["changed"] is False and here["nodes"][0]["labels"] == {"rack": "1"}
