# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing an operator with its resources from a real API server: what cleans up is there until it has."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all, plan_deletion
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import SKIPPED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import Report, run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import Want
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_definition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import by_condition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

Obj = t.Dict[str, t.Any]
FINALIZER = "boats.test/clean"


def operator(group: str, space: str) -> list[Obj]:
    """In unhelpful order: what is needed comes last."""
    rbac = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "op"}
    container = {"name": "main", "image": "x.test/op:1"}
    labels = {"app": "op"}
    pod = {"metadata": {"labels": labels}, "spec": {"serviceAccountName": "op", "containers": [container]}}
    schema = {"openAPIV3Schema": {"type": "object"}}
    return [
        {
            "apiVersion": f"{group}/v1",
            "kind": "Boat",
            "metadata": {"name": "one", "namespace": space, "finalizers": [FINALIZER]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "op", "namespace": space},
            "spec": {"selector": {"matchLabels": labels}, "template": pod},
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "op", "namespace": space},
            "roleRef": rbac,
            "subjects": [{"kind": "ServiceAccount", "name": "op", "namespace": space}],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": "op", "namespace": space},
            "rules": [{"apiGroups": [group], "resources": ["boats"], "verbs": ["*"]}],
        },
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "op", "namespace": space}},
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"boats.{group}"},
            "spec": {
                "group": group,
                "scope": "Namespaced",
                "names": {"kind": "Boat", "plural": "boats", "singular": "boat", "listKind": "BoatList"},
                "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
            },
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}},
    ]


def applied(client: KubeClient, objects: list[Obj]) -> tuple[list[Step], list[str]]:
    """By the graph: the server itself refuses what comes too early."""
    discovery = Discovery(client)
    steps = resolve(from_definition(objects), discovery)
    sent: list[str] = []

    def work(i: int) -> None:
        client.apply(
            steps[i].resource, steps[i].manifest.obj, field_manager="slipway", force=False, validation="Strict"
        )
        sent.append(str(steps[i].manifest.ref))

    def await_ready(wants: t.Sequence[Want], report: Report) -> None:
        for want in wants:
            target = Target(steps[want.index].manifest.ref, steps[want.index].resource)
            wait_for(client, discovery, [target], by_condition("Established"), timeout=20, progress=lambda line: None)
            report(want, None)

    state = run(build([s.manifest for s in steps]), range(len(steps)), work, await_ready=await_ready)
    assert state.ok, (state.errors, state.reasons)
    return resolve(from_definition(objects), Discovery(client)), sent


def test_an_operator_is_there_until_its_resources_are_cleaned_up(client: KubeClient) -> None:
    objects = [o for o in operator("first.test", "boats-first") if o["kind"] != "Namespace"]
    space = operator("first.test", "boats-first")[-1]
    steps, sent = applied(client, [*objects, space])
    assert sent.index("CustomResourceDefinition boats.first.test") < sent.index("Boat boats-first/one")
    by_kind = {s.resource.kind: s for s in steps}
    # Without controllers a namespace never ends.
    leaving = [s for s in steps if s.resource.kind != "Namespace"]
    plan_deletion(client, leaving)
    there: list[bool] = []

    def clean_up() -> None:
        boat, manager = by_kind["Boat"], by_kind["Deployment"]
        there.append(client.find(manager.resource, "op", "boats-first") is not None)
        body = {"metadata": {"finalizers": None}}
        client.patch(boat.resource, "one", "boats-first", body, field_manager="test")

    timer = threading.Timer(1.0, clean_up)
    timer.start()
    delete_all(client, Discovery(client), leaving, 30.0, lambda line: None)
    timer.join()
    assert there == [True]
    for step in leaving:
        assert client.find(step.resource, step.manifest.ref.name, step.manifest.ref.namespace) is None


def test_what_does_not_go_keeps_what_it_needs_and_is_named(client: KubeClient) -> None:
    steps, _sent = applied(client, operator("second.test", "boats-second"))
    leaving = [s for s in steps if s.resource.kind != "Namespace"]
    plan_deletion(client, leaving)
    with pytest.raises(WaitFailed) as caught:
        delete_all(client, Discovery(client), leaving, 1.5, lambda line: None)
    assert caught.value.message.startswith("Boat boats-second/one is not absent after ")
    skipped = {str(s.manifest.ref): s.error for s in leaving if s.action == SKIPPED}
    assert skipped == {
        f"{name}": "not deleted, because Boat boats-second/one is not gone"
        for name in (
            "Deployment boats-second/op",
            "RoleBinding boats-second/op",
            "Role boats-second/op",
            "ServiceAccount boats-second/op",
            "CustomResourceDefinition boats.second.test",
        )
    }
    manager = next(s for s in leaving if s.resource.kind == "Deployment")
    assert client.find(manager.resource, "op", "boats-second") is not None
