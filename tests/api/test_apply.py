# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_apply against a real API server: what is sent, what is told, what comes of it."""

from __future__ import annotations

import copy
import secrets
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import make_absent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition, from_text

if t.TYPE_CHECKING:
    from control_plane import ControlPlane

SAMPLES = (Path(__file__).parent / "samples.manifests").read_text()
PARAMS: t.Dict[str, t.Any] = {
    "field_manager": "slipway",
    "force_conflicts": False,
    "wait": False,
    "wait_timeout": 20,
    "on_failure": "keep",
}


class Task:
    """Runs k8s_apply in a namespace, and counts what it sends."""

    def __init__(self, client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client, self.namespace = client, namespace
        self.sent: t.List[str] = []
        real = client.request

        def request(method: str, path: str, **options: t.Any) -> t.Any:
            dry = "dryRun" in (options.get("query") or {})
            self.sent.append(f"{'DRY ' if dry else ''}{method} {path.rpartition('/')[2]}")
            return real(method, path, **options)

        monkeypatch.setattr(client, "request", request)

    def __call__(self, *objects: t.Any, check: bool = False, **params: t.Any) -> t.Any:
        self.sent.clear()
        manifests = from_text(objects[0], "m.yaml") if isinstance(objects[0], str) else from_definition(list(objects))
        context = TaskContext(check_mode=check, diff=True)
        given = {**PARAMS, "namespace": self.namespace, **params}
        return make_present(manifests, Cluster(self.client, Discovery(self.client), given, context))

    def absent(self, *objects: t.Any, **params: t.Any) -> t.Any:
        self.sent.clear()
        given = {**PARAMS, "namespace": self.namespace, **params}
        cluster = Cluster(self.client, Discovery(self.client), given, TaskContext(diff=True))
        return make_absent(from_definition(list(objects)), cluster)

    def fails(self, *objects: t.Any, **params: t.Any) -> SlipwayError:
        with pytest.raises(SlipwayError) as caught:
            self(*objects, **params)
        return caught.value

    @property
    def writes(self) -> t.List[str]:
        return [s for s in self.sent if not s.startswith("GET")]

    def live(self, kind: str, name: str, api_version: str = "v1") -> t.Any:
        return self.client.find(Discovery(self.client).resource_for(api_version, kind), name, self.namespace)


@pytest.fixture
def task(client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch) -> Task:
    return Task(client, namespace, monkeypatch)


@pytest.fixture
def moving_task(moving_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Where controllers take away what is deleted."""
    name = f"test-{secrets.token_hex(4)}"
    moving_plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    client = connect({"kubeconfig": str(moving_plane.kubeconfig)}, TaskContext(env={}))
    return Task(client, name, monkeypatch)


def config_map(name: str, **data: str) -> t.Dict[str, t.Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_all_samples_once_and_again(task: Task) -> None:
    predicted = task(SAMPLES, check=True)
    assert not [w for w in task.writes if not w.startswith("DRY")]
    first = task(SAMPLES)
    assert predicted == first
    assert len(task.writes) == first["summary"]["created"] == len(first["objects"])
    again = task(SAMPLES)
    assert (again["changed"], again["diff"], task.writes) == (False, [], [])
    assert task(SAMPLES, check=True) == again


def test_one_change_is_one_request_and_the_diff_shows_it_alone(task: Task) -> None:
    task(SAMPLES)
    edited = SAMPLES.replace("image: web:1", "image: web:2")
    predicted = task(edited, check=True)
    changed = task(edited)
    assert task.writes == ["PATCH web"]
    assert predicted == changed
    assert changed["summary"]["configured"] == 1
    (diff,) = changed["diff"]
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    assert [line.strip() for line in set(before) - set(after)] == ["image: web:1"]
    assert [line.strip() for line in set(after) - set(before)] == ["image: web:2"]
    assert "dnsPolicy" not in diff["before"]  # the server's defaults are not the user's business
    assert len(before) == len(after)


def test_a_field_that_is_left_out_shows_in_the_diff_and_goes(task: Task) -> None:
    task(config_map("a", x="1", y="2"))
    (diff,) = task(config_map("a", x="1"))["diff"]
    assert ("y: '2'" in diff["before"], "y: '2'" in diff["after"]) == (True, False)
    assert task.live("ConfigMap", "a")["data"] == {"x": "1"}


def test_secret_values_show_as_hashes_of_this_run(task: Task) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "one", "b": "same"}}
    task(secret)
    changed = copy.deepcopy(secret)
    changed["stringData"]["a"] = "two"
    result = task(changed)
    before, after = result["diff"][0]["before"], result["diff"][0]["after"]
    assert [x == y for x, y in zip(before.splitlines(), after.splitlines())].count(False) == 1
    assert not any(word in repr(result) for word in ("one", "two", "same", "b25l", "dHdv"))
    assert task(changed)["changed"] is False


def test_a_conflict_names_field_owner_and_both_values_before_anything_is_sent(task: Task) -> None:
    task(config_map("a", x="theirs"), field_manager="other")
    exc = task.fails(config_map("b"), config_map("a", x="ours"))
    assert exc.message == (
        f"definition[1]: ConfigMap {task.namespace}/a: data.x: owned by 'other', who set another value "
        '("theirs" there, "ours" here); leave the field out, or take it over with force_conflicts. '
        "1 of 2 objects failed. Nothing was changed."
    )
    assert task.writes == []
    assert task.fails(config_map("a", x="ours"), force_conflicts=["somebody"]).message.count("'other'") == 1
    assert task(config_map("a", x="ours"), force_conflicts=["other"])["summary"]["configured"] == 1
    assert task.live("ConfigMap", "a")["data"] == {"x": "ours"}
    assert task(config_map("a", x="ours"))["changed"] is False


def test_a_conflict_that_comes_up_meanwhile_is_told_the_same_way(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    task(config_map("a", x="1"))
    real = task.client.apply
    meddled: t.List[int] = []

    def apply(resource: t.Any, obj: t.Any, **options: t.Any) -> t.Any:
        if not meddled:
            meddled.append(1)
            real(resource, {**obj, "data": {"x": "theirs"}}, field_manager="other", force=True)
        return real(resource, obj, **options)

    monkeypatch.setattr(task.client, "apply", apply)
    exc = task.fails(config_map("a", x="2"))
    assert "data.x: owned by 'other', who set another value" in exc.message


def test_a_missing_namespace_is_told_before_anything_is_sent(task: Task) -> None:
    exc = task.fails(config_map("a"), {**config_map("b"), "metadata": {"name": "b", "namespace": "nowhere"}})
    assert 'definition[1]: ConfigMap nowhere/b: namespaces "nowhere" not found' in exc.message
    assert task.writes == []


JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  suspend: true
  template: {spec: {restartPolicy: Never, containers: [{name: job, image: "job:1"}]}}
"""


def test_what_cannot_be_changed_is_told_or_made_anew(moving_task: Task) -> None:
    task = moving_task
    task(JOB)
    uid = task.live("Job", "once", "batch/v1")["metadata"]["uid"]
    newer = JOB.replace("job:1", "job:2")
    exc = task.fails(newer)
    assert exc.message.startswith("m.yaml:7: Job ")
    assert "spec.template" in exc.message and "field is immutable" in exc.message
    assert "delete it first, or set recreate: true" in exc.message
    predicted = task(newer, check=True, recreate=True)
    assert predicted["summary"]["recreated"] == 1
    assert task(newer, recreate=True) == predicted
    assert task.live("Job", "once", "batch/v1")["metadata"]["uid"] != uid
    assert task(newer, recreate=True)["changed"] is False


def test_recreate_for_the_whole_task_does_not_reach_data(moving_task: Task) -> None:
    task = moving_task
    claim = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: a}
"""
    task(claim)
    exc = task.fails(claim.replace("storageClassName: a", "storageClassName: b"), recreate=True)
    assert "is not deleted because of recreate" in exc.message
    annotated = claim.replace("{name: data}", "{name: data, annotations: {slipway.deploy/recreate: 'true'}}")
    task(annotated)
    result = task(annotated.replace("storageClassName: a", "storageClassName: b"))
    assert result["summary"]["recreated"] == 1


def test_preflight_asks_the_server_about_everything_first(task: Task) -> None:
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "Not_A_Name"}}
    kept = task.fails(wrong, config_map("a"))
    assert kept.details["summary"]["created"] == 1
    exc = task.fails(wrong, config_map("b"), preflight=True)
    assert exc.message.endswith("1 of 2 objects failed. Nothing was changed.")
    assert not [w for w in task.writes if not w.startswith("DRY")]


def test_a_failure_takes_everything_back_if_asked(task: Task) -> None:
    task(config_map("a", x="1"), config_map("b", x="1"))
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "Not_A_Name"}}
    task(config_map("taken", x="1"), field_manager="other")
    before = task.live("ConfigMap", "taken")["data"]
    exc = task.fails(
        config_map("a", y="2"),
        config_map("b", x="1"),
        config_map("new"),
        config_map("taken", x="2"),
        wrong,
        force_conflicts=True,
        on_failure="rollback",
    )
    assert isinstance(exc, ApplyFailed)
    assert exc.message.endswith("The objects are what they were before, and healthy.")
    assert task.live("ConfigMap", "a")["data"] == {"x": "1"}
    assert task.live("ConfigMap", "new") is None
    assert task.live("ConfigMap", "taken")["data"] == before
    managers = {e["manager"] for e in task.live("ConfigMap", "taken")["metadata"]["managedFields"]}
    assert "other" in managers
    assert task(config_map("a", x="1"), config_map("b", x="1"))["changed"] is False


def test_client_side_applies_are_taken_over_cleanly(task: Task) -> None:
    resource = Discovery(task.client).resource_for("v1", "ConfigMap")
    old = config_map("a", x="1", gone="2")
    old["metadata"].update(
        namespace=task.namespace, annotations={"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    )
    task.client.create(resource, old, field_manager="kubectl-client-side-apply")
    predicted = task(config_map("a", x="1"), check=True)
    result = task(config_map("a", x="1"))
    assert predicted == result
    live = task.live("ConfigMap", "a")
    assert live["data"] == {"x": "1"}
    assert [e["manager"] for e in live["metadata"]["managedFields"]] == ["slipway"]
    assert task(config_map("a", x="1"))["changed"] is False


def test_what_left_the_set_is_pruned(task: Task) -> None:
    set_ = {"apply_set": "shop"}
    first = task(config_map("a"), config_map("b"), config_map("c"), **set_)
    assert first["summary"]["created"] == 4  # and the set itself
    predicted = task(config_map("a"), config_map("b"), check=True, **set_)
    pruned = task(config_map("a"), config_map("b"), **set_)
    assert predicted == pruned
    assert (pruned["summary"]["pruned"], task.live("ConfigMap", "c")) == (1, None)
    again = task(config_map("a"), config_map("b"), **set_)
    assert (again["changed"], task.writes) == (False, [])
    many = [config_map(f"m{i}") for i in range(10)]
    task(*many, **set_, prune_limit="100%")
    exc = task.fails(config_map("m0"), **set_)
    assert "9 of the 10 members" in exc.message and "prune_limit" in exc.message
    assert task.writes == []


def test_a_set_goes_as_a_whole(task: Task) -> None:
    task(config_map("a"), config_map("b"), apply_set="shop")
    removed = task.absent(apply_set="shop")
    assert removed["summary"]["deleted"] == 3
    assert [task.live("ConfigMap", n) for n in "ab"] == [None, None]
    assert task.absent(apply_set="shop")["changed"] is False


def test_going_back_takes_the_set_back_too(task: Task) -> None:
    task(config_map("a", x="1"), apply_set="shop")
    before = task.live("Secret", "shop")["metadata"]["annotations"]
    wrong = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "Not_A_Name"}}
    task.fails(config_map("a", x="2"), wrong, apply_set="shop", on_failure="rollback")
    assert task.live("ConfigMap", "a")["data"] == {"x": "1"}
    assert task.live("Secret", "shop")["metadata"]["annotations"] == before


def test_versions_of_configuration_follow_their_content(task: Task) -> None:
    def objects(value: str) -> t.Tuple[t.Any, ...]:
        pod = {"containers": [{"name": "main", "image": "main:1", "envFrom": [{"configMapRef": {"name": "settings"}}]}]}
        template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
        spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template}
        web = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
        return config_map("settings", x=value), web

    first = task(*objects("1"), versioned=True)
    name = next(o["name"] for o in first["objects"] if o["kind"] == "ConfigMap")
    container = task.live("Deployment", "web", "apps/v1")["spec"]["template"]["spec"]["containers"][0]
    assert name.startswith("settings-") and container["envFrom"][0]["configMapRef"]["name"] == name
    assert task(*objects("1"), versioned=True)["changed"] is False
    second = task(*objects("2"), versioned=True)
    assert (second["summary"]["created"], second["summary"]["configured"]) == (1, 1)
    assert task.live("ConfigMap", name) is not None


def test_misspelled_fields_are_told_with_a_suggestion_before_anything_is_sent(task: Task) -> None:
    text = """
apiVersion: v1
kind: ConfigMap
metadata: {name: first}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replcas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "main:1"}]}
"""
    exc = task.fails(text)
    assert exc.message.startswith(f"m.yaml:10: Deployment {task.namespace}/web: spec.replcas: unknown field")
    assert "replicas" in exc.message
    assert exc.message.endswith("1 of 2 objects failed. Nothing was changed.")
    assert task.writes == []


def test_what_waits_for_what_never_becomes_ready_is_told(task: Task) -> None:
    pod = {"containers": [{"name": "main", "image": "main:1"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
    after = config_map("after")
    after["metadata"]["annotations"] = {
        "config.kubernetes.io/depends-on": f"apps/namespaces/{task.namespace}/Deployment/web"
    }
    exc = task.fails(after, web, wait_timeout=1)
    assert isinstance(exc, WaitFailed)
    assert f"Deployment {task.namespace}/web" in exc.message
    assert exc.message.endswith("1 of 2 objects need this and were not sent.")
    assert (exc.details["summary"]["created"], exc.details["summary"]["skipped"]) == (1, 1)
    assert exc.details["changed"] is True
    taken_back = task.fails(after, web, wait_timeout=1, on_failure="rollback")
    assert "1 of 2 objects need this and were not sent. " in taken_back.message


def test_aggregated_roles_are_not_fought_over(task: Task) -> None:
    """As the controller that fills them in does it; the manifest says `rules: []`, as most do."""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": task.namespace},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"part-of": task.namespace}}]},
        "rules": [],
    }
    task(role)
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    resource = Discovery(task.client).resource_for(role["apiVersion"], "ClusterRole")
    task.client.apply(resource, {**role, "rules": rules}, field_manager="aggregation", force=True)
    again = task(role)
    assert (again["changed"], task.writes) == (False, [])
    assert task.live("ClusterRole", task.namespace, role["apiVersion"])["rules"] == rules
    task.absent(role)
