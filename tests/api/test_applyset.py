# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ApplySets on a real API server, with the real kubectl on the other side."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Forbidden
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all, plan_deletion
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import diff_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CONFIGURED,
    CREATED,
    DELETED,
    FAILED,
    UNCHANGED,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import kind_name, parse_kind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import (
    CONTAINS_KINDS,
    IS_PARENT_TYPE,
    MORE_NAMESPACES,
    OUR_TOOLING,
    PART_OF,
    TOOLING,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.limit import PruneRefused
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import (
    label_members,
    refuse_members_of_others,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet, open_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.parent import (
    close,
    foresee,
    foresee_close,
    settle,
    widen,
    withdraw,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.prune import (
    PrunePlan,
    confirm,
    exact_contents,
    plan_prune,
    plan_removal,
    prune_options,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition

Obj = t.Dict[str, t.Any]
PROGRAMS = Path(os.environ.get("SLIPWAY_TEST_PROGRAMS") or Path.home() / ".cache/slipway/test/programs")
_SERVER_SIDE = ("--server-side", "--force-conflicts")


def config(name: str, **more: t.Any) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more}, "data": {"a": "1"}}


def account(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}


def role(name: str) -> Obj:
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name}, "rules": []}


def kind_of(plural: str, kind: str, group: str) -> Obj:
    """A CustomResourceDefinition whose objects may be parents."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}", "labels": {IS_PARENT_TYPE: "true"}},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {"plural": plural, "kind": kind},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }


class Runs:
    """The pieces in the order in which k8s_apply calls them."""

    def __init__(self, client: KubeClient, namespace: str) -> None:
        self.client = client
        self.namespace = namespace
        self.discovery = Discovery(client)

    def open(self, objects: t.Sequence[Obj], name: str = "shop") -> t.Tuple[OpenSet, t.List[Step]]:
        opened = open_set(self.client, self.discovery, name, self.namespace)
        manifests = label_members(from_definition(list(objects)), opened.identity) if objects else []
        steps = resolve(manifests, self.discovery, self.namespace)
        for step in steps:
            ref = step.manifest.ref
            step.before = self.client.find(step.resource, ref.name, ref.namespace)
            step.action = CREATED if step.before is None else UNCHANGED
        refuse_members_of_others(steps, opened.identity)
        return opened, steps

    def preview(self, *objects: Obj, limit: t.Any = "100%") -> t.Tuple[OpenSet, PrunePlan]:
        opened, steps = self.open(objects)
        plan = plan_prune(self.client, self.discovery, opened, steps, prune_options(limit))
        foresee(self.client, opened, steps, exact_contents(opened, steps, plan))
        return opened, plan

    def apply(self, *objects: Obj, limit: t.Any = "100%", name: str = "shop", until: str = "") -> OpenSet:
        opened, steps = self.open(objects, name)
        plan = plan_prune(self.client, self.discovery, opened, steps, prune_options(limit))
        exact = exact_contents(opened, steps, plan)
        widen(self.client, opened, steps, "slipway")
        for step in steps:
            self.client.apply(step.resource, step.manifest.obj, field_manager="slipway", force=True)
        if until != "applied":
            confirm(self.client, opened, plan)
            delete_all(self.client, self.discovery, plan.deletions, None, lambda line: None)
        if not until:
            settle(self.client, opened, exact)
        return opened

    def remove(self, *objects: Obj, protect: t.Optional[t.Sequence[str]] = None) -> t.Tuple[OpenSet, PrunePlan]:
        opened, steps = self.open(objects)
        plan_deletion(self.client, steps)
        plan = plan_removal(self.client, self.discovery, opened, steps, prune_options("0", protect))
        left = exact_contents(opened, [], plan)
        foresee_close(opened, left)
        foreseen = opened.step.action
        delete_all(self.client, self.discovery, [*steps, *plan.deletions], None, lambda line: None)
        close(self.client, opened, left)
        assert opened.step.action == foreseen
        return opened, plan

    def names(self, kind: str, api_version: str = "v1") -> t.Set[str]:
        resource = self.discovery.resource_for(api_version, kind)
        items = self.client.list(resource, self.namespace)["items"]
        return {i["metadata"]["name"] for i in items} - {"default", "kube-root-ca.crt"}

    def parent(self, kind: str = "Secret", name: str = "shop") -> Obj:
        return self.client.get(self.discovery.resource_for("v1", kind), name, self.namespace)

    def said(self) -> t.Tuple[str, str, str]:
        found = self.parent()["metadata"]["annotations"]
        return found[CONTAINS_KINDS], found[MORE_NAMESPACES], found[TOOLING]


@pytest.fixture
def runs(client: KubeClient, namespace: str) -> Runs:
    return Runs(client, namespace)


@pytest.fixture
def kubectl(plane: ControlPlane, namespace: str, tmp_path: Path) -> t.Callable[..., str]:
    """`kubectl apply --prune --applyset` of these objects; its output."""

    def apply(*objects: Obj, name: str = "shop", options: t.Sequence[str] = _SERVER_SIDE, peace: bool = True) -> str:
        file = tmp_path / "objects.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
        done = subprocess.run(
            [PROGRAMS / "kubectl", "apply", "--prune", f"--applyset={name}", "-n", namespace, "-f", file, *options],
            env={"KUBECONFIG": str(plane.kubeconfig), "KUBECTL_APPLYSET": "true", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not peace or "conflict" not in done.stderr.lower(), done.stderr
        return done.stdout

    return apply


def test_kubectl_takes_over_a_set_of_ours_and_prunes_it(runs: Runs, kubectl: t.Callable[..., str]) -> None:
    opened = runs.apply(config("a"), config("b"), account("c"))
    assert opened.step.action == CREATED
    assert runs.said() == ("ConfigMap,ServiceAccount", "", OUR_TOOLING)
    told = kubectl(config("a"), role("d"))
    assert "configmap/b pruned" in told and "serviceaccount/c pruned" in told
    assert runs.names("ConfigMap") == {"a"}
    assert runs.said()[0] == "ConfigMap,Role.rbac.authorization.k8s.io"


@pytest.mark.parametrize("options", [(), ("--server-side",)], ids=["client-side", "server-side"])
def test_we_take_over_a_set_of_kubectls_and_give_it_back(
    runs: Runs, kubectl: t.Callable[..., str], options: t.Sequence[str]
) -> None:
    kubectl(config("a"), config("b"), account("c"), options=options)
    tooling = runs.said()[2]
    assert tooling.startswith("kubectl/v1.") and tooling != OUR_TOOLING
    opened = runs.apply(config("a"), role("d"))
    assert opened.step.action == CONFIGURED
    assert runs.names("ConfigMap") == {"a"}
    assert runs.names("ServiceAccount") == set()
    assert runs.said() == ("ConfigMap,Role.rbac.authorization.k8s.io", "", OUR_TOOLING)
    told = kubectl(config("a"))
    assert "role.rbac.authorization.k8s.io/d pruned" in told


def test_a_set_that_kubectl_made_is_left_as_it_is_where_nothing_changes(
    runs: Runs, kubectl: t.Callable[..., str]
) -> None:
    kubectl(config("a"))
    before = runs.parent()
    opened = runs.apply(config("a"))
    assert (opened.step.action, opened.step.written) == (UNCHANGED, False)
    assert runs.parent() == before


def test_a_second_run_writes_nothing(runs: Runs) -> None:
    runs.apply(config("a"), account("c"))
    version = runs.parent()["metadata"]["resourceVersion"]
    opened = runs.apply(config("a"), account("c"))
    assert (opened.step.action, opened.step.written) == (UNCHANGED, False)
    assert runs.parent()["metadata"]["resourceVersion"] == version


def test_a_preview_is_what_then_happens_and_writes_nothing(runs: Runs) -> None:
    opened, plan = runs.preview(config("a"))
    assert (opened.step.action, plan.steps) == (CREATED, [])
    assert runs.names("Secret") == set()
    runs.apply(config("a"), config("b"), account("c"))
    opened, plan = runs.preview(config("a"))
    foreseen = opened.step.after
    assert opened.step.action == CONFIGURED and foreseen is not None
    assert {(s.manifest.ref.kind, s.manifest.ref.name, s.action) for s in plan.steps} == {
        ("ConfigMap", "b", DELETED),
        ("ServiceAccount", "c", DELETED),
    }
    assert runs.names("ConfigMap") == {"a", "b"}
    runs.apply(config("a"))
    assert runs.said()[0] == foreseen["metadata"]["annotations"][CONTAINS_KINDS] == "ConfigMap"


@pytest.mark.parametrize("until", ["applied", "deleted"])
def test_killed_before_it_has_settled_the_next_run_prunes_right(runs: Runs, until: str) -> None:
    runs.apply(config("a"), config("b"), account("c"))
    runs.apply(config("a"), role("d"), until=until)
    assert runs.said()[0] == "ConfigMap,Role.rbac.authorization.k8s.io,ServiceAccount"
    opened = runs.apply(config("a"))
    assert opened.step.action == CONFIGURED
    assert (runs.names("ConfigMap"), runs.names("ServiceAccount")) == ({"a"}, set())
    assert runs.names("Role", "rbac.authorization.k8s.io/v1") == set()
    assert runs.said()[0] == "ConfigMap"


def test_too_much_is_refused_before_anything_is_written(runs: Runs) -> None:
    names = "abcdefg"
    runs.apply(*(config(n) for n in names))
    with pytest.raises(PruneRefused, match="6 of the 7 members of the apply set 'shop'"):
        runs.apply(config("a"), account("new"), limit="50%")
    assert runs.names("ConfigMap") == set(names)
    assert runs.names("ServiceAccount") == set()
    assert runs.said()[0] == "ConfigMap"
    runs.apply(config("a"), limit=6)
    assert runs.names("ConfigMap") == {"a"}


def test_other_namespaces_are_members_places_too(runs: Runs, plane: ControlPlane) -> None:
    other = runs.namespace + "-other"
    plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": other}})
    runs.apply(config("a"), config("b", namespace=other))
    assert runs.said()[:2] == ("ConfigMap", other)
    runs.apply(config("a"))
    assert runs.said()[:2] == ("ConfigMap", "")
    assert runs.client.find(runs.discovery.resource_for("v1", "ConfigMap"), "b", other) is None


def test_the_set_brings_the_namespace_of_its_parent(runs: Runs) -> None:
    runs.namespace += "-new"
    with pytest.raises(InputError, match="would be kept in a namespace that is not there"):
        runs.preview(config("a"))
    home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": runs.namespace}}
    assert runs.preview(home, config("a"))[0].step.action == CREATED
    assert runs.apply(config("a"), home).step.action == CREATED
    assert runs.said()[0] == "ConfigMap,Namespace"


def test_what_is_protected_or_opted_out_stays_in_the_set(runs: Runs) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    kept = config("kept", annotations={"slipway.deploy/prune": "false"})
    helm = config("helm", annotations={"helm.sh/resource-policy": "keep"})
    runs.apply(claim, kept, helm, config("gone"), account("a"))
    opened, plan = runs.preview(account("a"))
    notes = {s.manifest.ref.name: s.note for s in plan.kept}
    assert notes == {
        "data": "has left the set and is kept: PersistentVolumeClaim is in prune_protect",
        "kept": "has left the set and is kept: its annotation slipway.deploy/prune",
        "helm": "has left the set and is kept: its annotation helm.sh/resource-policy",
    }
    assert opened.step.action == UNCHANGED
    runs.apply(account("a"))
    assert runs.names("ConfigMap") == {"kept", "helm"}
    assert runs.said()[0] == "ConfigMap,PersistentVolumeClaim,ServiceAccount"


def test_what_controllers_made_with_a_members_labels_is_no_member(runs: Runs) -> None:
    owner = {"apiVersion": "v1", "kind": "Service", "name": "web", "uid": "0", "controller": True}
    runs.apply(config("a"), config("b"))
    label = {PART_OF: runs.open([config("a")])[0].identity.id}
    copied = config("copied", namespace=runs.namespace, labels=label, ownerReferences=[owner])
    runs.client.create(runs.discovery.resource_for("v1", "ConfigMap"), copied)
    opened, plan = runs.preview(config("a"))
    assert [s.manifest.ref.name for s in plan.going] == ["b"]
    assert opened.exists


def test_who_has_left_for_another_set_meanwhile_is_not_deleted(runs: Runs) -> None:
    runs.apply(config("a"), config("b"))
    opened, plan = runs.preview(config("a"))
    resource = runs.discovery.resource_for("v1", "ConfigMap")
    runs.client.patch(resource, "b", runs.namespace, {"metadata": {"labels": {PART_OF: "applyset-x-v1"}}})
    confirm(runs.client, opened, plan)
    assert plan.deletions == []
    assert plan.going[0].note == "has left the set by itself"


def test_a_member_of_another_set_is_refused(runs: Runs) -> None:
    runs.apply(config("a"))
    with pytest.raises(InputError, match="a member of another apply set than 'other'"):
        runs.apply(config("a"), name="other")
    assert runs.names("Secret") == {"shop"}


def test_two_runs_at_once_forget_no_kind(runs: Runs) -> None:
    opened, steps = runs.open([config("a")])
    widen(runs.client, opened, steps, "slipway")
    runs.apply(role("d"), until="applied")
    settle(runs.client, opened, exact_contents(opened, steps, PrunePlan()))
    assert runs.said()[0] == "ConfigMap,Role.rbac.authorization.k8s.io"


def test_what_could_not_be_deleted_is_still_a_member(runs: Runs) -> None:
    runs.apply(config("a"), account("c"))
    opened, steps = runs.open([config("a")])
    plan = plan_prune(runs.client, runs.discovery, opened, steps, prune_options())
    assert exact_contents(opened, steps, plan).kinds == {("", "ConfigMap")}
    plan.going[0].action = FAILED
    assert exact_contents(opened, steps, plan) == opened.before


def test_an_object_that_two_groups_serve_is_one_member(runs: Runs) -> None:
    def event(name: str) -> Obj:
        regarding = {"apiVersion": "v1", "kind": "Pod", "name": "p", "namespace": runs.namespace}
        names = {"reportingController": "x.io/x", "reportingInstance": "x", "action": "Test", "reason": "Test"}
        when = {"eventTime": "2026-01-01T00:00:00.000000Z", "type": "Normal"}
        metadata = {"name": name}
        head: Obj = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": metadata}
        return {**head, "regarding": regarding, **names, **when}

    runs.apply(event("a"), event("b"))
    both = {"metadata": {"annotations": {CONTAINS_KINDS: "Event,Event.events.k8s.io"}}}
    runs.client.patch(runs.discovery.resource_for("v1", "Secret"), "shop", runs.namespace, both)
    _opened, plan = runs.preview(event("a"))
    assert [(s.manifest.ref.name, s.action) for s in plan.steps] == [("b", DELETED)]
    assert plan.size == 2


def test_for_a_diff_what_goes_is_read_and_secrets_are_masked(runs: Runs) -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key"}, "stringData": {"a": "hunter22"}}
    runs.apply(config("a"), config("b"), body)
    opened, steps = runs.open([config("a")])
    plan = plan_prune(runs.client, runs.discovery, opened, steps, prune_options(), full=True)
    diffs = {s.manifest.ref.name: diff_of(s.manifest.ref, s.before, s.after)["before"] for s in plan.going}
    assert "a: '1'" in diffs["b"]
    assert "(hidden, " in diffs["key"] and "aHVudGVyMjI" not in diffs["key"]


def test_a_set_that_is_taken_back_leaves_its_parent_as_it_was(runs: Runs) -> None:
    opened, steps = runs.open([config("a")])
    widen(runs.client, opened, steps, "slipway")
    withdraw(runs.client, opened)
    assert (runs.names("Secret"), opened.step.action) == (set(), UNCHANGED)
    runs.apply(config("a"))
    said = runs.said()
    opened, steps = runs.open([config("a"), role("d")])
    widen(runs.client, opened, steps, "slipway")
    assert runs.said() != said
    withdraw(runs.client, opened)
    assert (runs.said(), opened.step.action) == (said, UNCHANGED)


def test_what_is_on_its_way_out_counts_no_more(runs: Runs) -> None:
    runs.apply(config("a"), config("slow", finalizers=["x.io/wait"]))
    runs.apply(config("a"), limit=1)
    opened, plan = runs.preview(config("a"), limit=0)
    assert [(s.action, s.note) for s in plan.going] == [(UNCHANGED, "is being deleted already")]
    assert opened.step.action == UNCHANGED
    resource = runs.discovery.resource_for("v1", "ConfigMap")
    runs.client.patch(resource, "slow", runs.namespace, {"metadata": {"finalizers": None}})


def test_only_the_metadata_is_asked_for(runs: Runs) -> None:
    runs.apply(config("a"), config("b"))
    _opened, plan = runs.preview(config("a"))
    assert plan.going[0].before is not None and set(plan.going[0].before) == {"apiVersion", "kind", "metadata"}


def test_who_may_not_list_is_told_what_for(runs: Runs, plane: ControlPlane) -> None:
    runs.apply(config("a"))
    params = {"kubeconfig": str(plane.kubeconfig), "impersonate_user": "reader", "impersonate_groups": []}
    rules = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]
    base = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{runs.namespace}"
    plane.request("POST", f"{base}/roles", {"metadata": {"name": "reader"}, "rules": rules})
    binding = {
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader"}],
    }
    plane.request("POST", f"{base}/rolebindings", binding)
    reader = connect(params, TaskContext(env={}))
    opened = open_set(reader, runs.discovery, "shop", runs.namespace)
    with pytest.raises(
        Forbidden, match=r"The members of the apply set 'shop' .* cannot be looked for: configmaps is forb"
    ):
        plan_prune(reader, runs.discovery, opened, [], prune_options())


def test_the_copy_that_kubectl_apply_keeps_is_not_looked_at(runs: Runs, kubectl: t.Callable[..., str]) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key"}, "stringData": {"a": "hunter22"}}
    kubectl(config("a"), secret, options=())
    _opened, plan = runs.preview(config("a"))
    assert [s.manifest.ref.name for s in plan.deletions] == ["key"]
    assert "hunter22" not in str(plan)


_OBJECTS = {name: make(name) for name, make in (("a", config), ("b", config), ("c", account), ("d", role), ("e", role))}
_EDITS = st.lists(
    st.tuples(st.sets(st.sampled_from(sorted(_OBJECTS))), st.sampled_from(["", "applied", "deleted"])), max_size=4
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_EDITS, st.sets(st.sampled_from(sorted(_OBJECTS)), min_size=1))
def test_whatever_was_before_and_wherever_it_was_killed_the_set_is_what_is_applied(
    runs: Runs, edits: t.List[t.Tuple[t.Set[str], str]], last: t.Set[str]
) -> None:
    for names, until in edits:
        runs.apply(*(_OBJECTS[n] for n in sorted(names)), until=until)
    runs.apply(*(_OBJECTS[n] for n in sorted(last)))
    found = runs.names("ConfigMap") | runs.names("ServiceAccount")
    assert found | runs.names("Role", "rbac.authorization.k8s.io/v1") == last
    kinds = {kind_name(parse_kind(_OBJECTS[n]["kind"])) for n in last}
    assert {said.partition(".")[0] for said in runs.said()[0].split(",")} == kinds
    again = runs.apply(*(_OBJECTS[n] for n in sorted(last)))
    assert (again.step.action, again.step.written) == (UNCHANGED, False)


def test_a_secret_of_somebody_else_is_no_parent(runs: Runs) -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop", "namespace": runs.namespace}}
    runs.client.create(runs.discovery.resource_for("v1", "Secret"), body)
    with pytest.raises(InputError, match="is no parent of an apply set"):
        runs.apply(config("a"))


def test_another_tools_set_is_left_alone(runs: Runs) -> None:
    runs.apply(config("a"))
    resource = runs.discovery.resource_for("v1", "Secret")
    theirs = {"metadata": {"annotations": {TOOLING: "kpt/v1.0.0"}}}
    runs.client.patch(resource, "shop", runs.namespace, theirs)
    with pytest.raises(InputError, match=r"is managed by another tool, 'kpt/v1\.0\.0'"):
        runs.apply(config("a"))


def test_a_kind_that_is_gone_has_nothing_to_prune(runs: Runs) -> None:
    runs.apply(config("a"))
    annotations = {CONTAINS_KINDS: "ConfigMap,Widget.gone.example.com"}
    resource = runs.discovery.resource_for("v1", "Secret")
    runs.client.patch(resource, "shop", runs.namespace, {"metadata": {"annotations": annotations}})
    opened = runs.apply(config("a"))
    assert opened.step.action == CONFIGURED
    assert runs.said()[0] == "ConfigMap"


def test_a_kind_whose_server_is_down_stays_in_the_set(runs: Runs, plane: ControlPlane) -> None:
    service = {"name": "v1.down.example.com"}
    spec = {
        "group": "down.example.com",
        "version": "v1",
        "groupPriorityMinimum": 100,
        "versionPriority": 10,
        "insecureSkipTLSVerify": True,
        "service": {"name": "nobody", "namespace": runs.namespace},
    }
    path = "/apis/apiregistration.k8s.io/v1/apiservices"
    plane.request("POST", path, {"metadata": service, "spec": spec})
    try:
        runs.apply(config("a"))
        annotations = {CONTAINS_KINDS: "ConfigMap,Widget.down.example.com"}
        resource = runs.discovery.resource_for("v1", "Secret")
        runs.client.patch(resource, "shop", runs.namespace, {"metadata": {"annotations": annotations}})
        assert runs.apply(config("a")).step.action == UNCHANGED
    finally:
        plane.request("DELETE", f"{path}/{service['name']}")


def test_whole_removal_finds_what_the_manifests_do_not_name(runs: Runs) -> None:
    runs.apply(config("a"), config("b"), account("c"))
    opened, plan = runs.remove(config("a"))
    assert {s.manifest.ref.name for s in plan.going} == {"b", "c"}
    assert opened.step.action == DELETED
    assert (runs.names("ConfigMap"), runs.names("ServiceAccount"), runs.names("Secret")) == (set(), set(), set())
    assert runs.remove()[0].step.action == UNCHANGED


def test_while_something_is_kept_its_set_is_kept(runs: Runs) -> None:
    runs.apply(config("a"), config("b", annotations={"slipway.deploy/prune": "false"}), account("c"))
    opened, plan = runs.remove()
    assert (opened.step.action, [s.manifest.ref.name for s in plan.kept]) == (CONFIGURED, ["b"])
    assert runs.said()[0] == "ConfigMap"
    assert runs.remove()[0].step.action == UNCHANGED


def test_config_maps_are_parents_too(runs: Runs, kubectl: t.Callable[..., str]) -> None:
    runs.apply(config("a"), config("b"), name="configmap/shop")
    assert "configmap/b pruned" in kubectl(config("a"), name="configmaps/shop")
    # The parent is a ConfigMap among ConfigMaps, and no member.
    assert runs.names("ConfigMap") == {"a", "shop"}


def test_custom_parents_are_made_by_users(runs: Runs, plane: ControlPlane, kubectl: t.Callable[..., str]) -> None:
    plane.request(
        "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", kind_of("bundles", "Bundle", "x.io")
    )
    runs.apply(config("z"), name="other")
    _await_kind(runs, "x.io/v1", "Bundle")
    name = "bundles.x.io/shop"
    with pytest.raises(InputError, match="only Secrets and ConfigMaps are made by this task"):
        runs.apply(config("a"), name=name)
    bundle: Obj = {"apiVersion": "x.io/v1", "kind": "Bundle", "metadata": {"name": "shop"}}
    plane.request("POST", "/apis/x.io/v1/bundles", bundle)
    with pytest.raises(InputError, match="is no parent of an apply set") as caught:
        runs.apply(config("a"), name=name)
    marked = {"labels": {"applyset.kubernetes.io/id": caught.value.message.split("/id=")[1].split(" ")[0]}}
    marked["annotations"] = {TOOLING: OUR_TOOLING, CONTAINS_KINDS: ""}
    runs.client.patch(runs.discovery.resource_for("x.io/v1", "Bundle"), "shop", "", {"metadata": marked})
    assert runs.apply(config("a"), config("b"), name=name).step.action == CONFIGURED
    # The user's own hand has written the marks: kubectl takes them over by force, and says so.
    assert "configmap/b pruned" in kubectl(config("a"), name=name, peace=False)
    with pytest.raises(InputError, match="is no kind for parents"):
        runs.apply(config("a"), name="deployments.apps/shop")
    with pytest.raises(InputError, match="serves no resource nothings"):
        runs.apply(config("a"), name="nothings.x.io/shop")


def _await_kind(runs: Runs, api_version: str, kind: str) -> None:
    resource = next(r for r in _until_served(runs, api_version) if r.kind == kind)
    assert ObjectRef(resource.api_version, resource.kind, "", "").group == "x.io"


def _until_served(runs: Runs, api_version: str) -> t.List[t.Any]:
    for _attempt in range(100):
        runs.discovery.refresh()
        found = [r for r in runs.discovery.resources() if r.api_version == api_version]
        if found:
            return found
    raise AssertionError(f"{api_version} is not served")
