# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versioned ConfigMaps on a real API server, with the controllers that keep old ReplicaSets for rollbacks."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CREATED, UNCHANGED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import label_members
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import open_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.parent import settle, widen
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.prune import (
    exact_contents,
    plan_prune,
    prune_options,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.kept import plan_versions
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import VERSIONED_NAME
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.rewrite import version_manifests

Obj = t.Dict[str, t.Any]
PROGRAMS = Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or Path.home() / ".cache/slipway/test/programs")


def config(value: str, name: str = "app") -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": value}}


def until(what: str, true: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, f"not within 30 s: {what}"
        time.sleep(0.1)


class Runs:
    """The pieces in the order in which k8s_apply calls them."""

    def __init__(self, client: KubeClient, namespace: str) -> None:
        self.client = client
        self.namespace = namespace
        self.discovery = Discovery(client)

    def apply(self, *objects: Obj, keep: int = 1, apply_set: str = "") -> t.List[Step]:
        """What was deleted."""
        manifests = version_manifests(from_definition(list(objects)), self.namespace, everything=True)
        if apply_set:
            return self._apply_set(manifests, keep, apply_set)
        steps = self._steps(manifests)
        old = plan_versions(self.client, self.discovery, steps, keep)
        self._write(steps)
        delete_all(self.client, self.discovery, old, None, lambda line: None)
        return old

    def _apply_set(self, manifests: t.Any, keep: int, name: str) -> t.List[Step]:
        opened = open_set(self.client, self.discovery, name, self.namespace)
        steps = self._steps(label_members(manifests, opened.identity))
        plan = plan_prune(self.client, self.discovery, opened, steps, prune_options("100%"))
        old = plan_versions(self.client, self.discovery, steps, keep, orphans=plan.versions, leaving=plan.deletions)
        exact = exact_contents(opened, steps, plan)
        widen(self.client, opened, steps, "slipway")
        self._write(steps)
        going = [*plan.deletions, *old]
        delete_all(self.client, self.discovery, going, None, lambda line: None)
        settle(self.client, opened, exact)
        return going

    def _steps(self, manifests: t.Any) -> t.List[Step]:
        steps = resolve(manifests, self.discovery, self.namespace)
        for step in steps:
            step.before = self.client.find(step.resource, step.manifest.ref.name, self.namespace)
            step.action = CREATED if step.before is None else UNCHANGED
        return steps

    def _write(self, steps: t.Sequence[Step]) -> None:
        for step in steps:
            self.client.apply(step.resource, step.manifest.obj, field_manager="slipway", force=True)

    def versions(self, name: str = "app") -> t.List[str]:
        """Oldest first, by what they contain."""
        resource = self.discovery.resource_for("v1", "ConfigMap")
        items = self.client.list(resource, self.namespace, label_selector=f"{VERSIONED_NAME}={name}")["items"]
        return sorted(i["data"]["a"] for i in items)

    def referred(self) -> t.Set[str]:
        """The ConfigMaps that ReplicaSets name."""
        resource = self.discovery.resource_for("apps/v1", "ReplicaSet")
        found = self.client.list(resource, self.namespace)["items"]
        return {r["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"] for r in found}

    def workload(self, kind: str = "Deployment", **spec: t.Any) -> Obj:
        pod: Obj = {
            "containers": [{"name": "app", "image": "shop/web:v1"}],
            "volumes": [{"name": "config", "configMap": {"name": "app"}}],
        }
        template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
        spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec}

    def await_rollout(self) -> None:
        """Its controller has made a ReplicaSet of what was last asked."""

        def done() -> bool:
            live = self.client.get(self.discovery.resource_for("apps/v1", "Deployment"), "web", self.namespace)
            names = live["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"]
            seen = (live.get("status") or {}).get("observedGeneration") == live["metadata"]["generation"]
            return seen and names in self.referred()

        until("the Deployment has rolled out", done)


@pytest.fixture
def runs(client: KubeClient, namespace: str) -> Runs:
    return Runs(client, namespace)


@pytest.fixture
def moving(moving_plane: ControlPlane) -> Runs:
    """ReplicaSets come and go as Deployments change (of no pods: those need a kubelet)."""
    namespace = f"test-{secrets.token_hex(4)}"
    moving_plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    return Runs(connect({"kubeconfig": str(moving_plane.kubeconfig)}, TaskContext(env={})), namespace)


@pytest.mark.parametrize("apply_set", ["", "shop"])
def test_a_rollback_finds_its_config_map_and_the_oldest_go(
    moving: Runs, moving_plane: ControlPlane, tmp_path: Path, apply_set: str
) -> None:
    for value in "123456":
        moving.apply(config(value), moving.workload(revisionHistoryLimit=2), apply_set=apply_set)
        moving.await_rollout()
        until("old ReplicaSets have gone", lambda: len(moving.referred()) <= 3)
        # Creation times have seconds.
        time.sleep(1.1)
    resource = moving.discovery.resource_for("v1", "ConfigMap")
    assert moving.versions() == ["3", "4", "5", "6"]
    assert all(moving.client.find(resource, name, moving.namespace) for name in moving.referred())
    subprocess.run(
        [PROGRAMS / "kubectl", "rollout", "undo", "deployment/web", "-n", moving.namespace, "--to-revision=4"],
        env={"KUBECONFIG": str(moving_plane.kubeconfig), "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    moving.await_rollout()
    live = moving.client.get(moving.discovery.resource_for("apps/v1", "Deployment"), "web", moving.namespace)
    name = live["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"]
    assert moving.client.get(resource, name, moving.namespace)["data"] == {"a": "4"}


def test_with_its_deployment_go_all_versions(moving: Runs) -> None:
    for value in "12":
        moving.apply(config(value), moving.workload(), apply_set="shop")
        moving.await_rollout()
    gone = moving.apply(config("x", "other"), apply_set="shop")
    assert sorted(s.manifest.ref.kind for s in gone) == ["ConfigMap", "ConfigMap", "Deployment"]
    assert moving.versions() == []


def test_a_second_run_deletes_nothing(runs: Runs) -> None:
    for value in "123456":
        runs.apply(config(value), runs.workload(), keep=9)
        time.sleep(1.1)
    assert runs.apply(config("6"), runs.workload(), keep=1) == []
    assert runs.versions() == list("123456")
    gone = runs.apply(config("7"), runs.workload(), keep=2)
    # The Deployment names 6 until it is written; 5 is the newest but one.
    assert len(gone) == 4
    assert runs.versions() == ["5", "6", "7"]


def test_stateful_sets_go_back_by_their_revisions(runs: Runs) -> None:
    """Their controller does not run here: a revision as it writes one."""
    runs.apply(config("1"), runs.workload("StatefulSet", serviceName="web"))
    name = runs.client.list(runs.discovery.resource_for("v1", "ConfigMap"), runs.namespace)["items"][0]["metadata"][
        "name"
    ]
    pod = {"volumes": [{"name": "config", "configMap": {"name": name}}]}
    revision = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {"name": "web-1", "namespace": runs.namespace},
        "revision": 1,
        "data": {"spec": {"template": {"$patch": "replace", "spec": pod}}},
    }
    runs.client.create(runs.discovery.resource_for("apps/v1", "ControllerRevision"), revision)
    for value in "23":
        runs.apply(config(value), runs.workload("StatefulSet", serviceName="web"), keep=0)
    # 2 was what the StatefulSet named when 3 was planned.
    assert runs.versions() == ["1", "2", "3"]
    runs.apply(config("4"), runs.workload("StatefulSet", serviceName="web"), keep=0)
    assert runs.versions() == ["1", "3", "4"]


def test_back_and_forth_changes_no_more_than_it_says(runs: Runs) -> None:
    runs.apply(config("1"), runs.workload())
    runs.apply(config("2"), runs.workload())
    assert runs.apply(config("1"), runs.workload(), keep=0) == []
    assert runs.versions() == ["1", "2"]


def test_another_sets_versions_are_not_ours(runs: Runs) -> None:
    runs.apply(config("1"), runs.workload(), apply_set="shop")
    resource = runs.discovery.resource_for("v1", "ConfigMap")
    theirs = {
        **config("theirs"),
        "metadata": {
            "name": "app-theirs",
            "namespace": runs.namespace,
            "labels": {VERSIONED_NAME: "app", "applyset.kubernetes.io/part-of": "applyset-x-v1"},
        },
    }
    runs.client.create(resource, theirs)
    runs.apply(config("2"), runs.workload(), keep=0, apply_set="shop")
    assert runs.versions() == ["1", "2", "theirs"]
