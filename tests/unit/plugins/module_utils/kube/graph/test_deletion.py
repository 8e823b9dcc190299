# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.deletion import build_deletion
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.graphs import (
    depends,
    edges,
    manifests_of,
    obj,
    order,
    workload,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.test_build import (
    operator,
)


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_custom_resources_go_before_their_controller_and_its_rights(dice: random.Random) -> None:
    objects = [o for o in operator() if not o["kind"].endswith("WebhookConfiguration")]
    dice.shuffle(objects)
    found = order(build_deletion(manifests_of(*objects)))
    at = found.index
    assert at("Boat fleet/one") < at("Deployment op/manager") < at("ClusterRoleBinding op") < at("ClusterRole op")
    assert at("Boat fleet/one") < at("CustomResourceDefinition boats.b.io")
    assert at("Deployment op/manager") < at("ServiceAccount op/op") < at("Namespace op")


def test_a_binding_to_cluster_admin_makes_a_controller_of_every_kind() -> None:
    objects = [
        obj(
            "CustomResourceDefinition boats.b.io", spec={"group": "b.io", "names": {"kind": "Boat", "plural": "boats"}}
        ),
        obj("Boat a/x", "b.io/v1"),
        workload("Deployment op/manager"),
        workload("Deployment op/other", serviceAccountName="other"),
        obj(
            "ClusterRoleBinding op",
            roleRef={"kind": "ClusterRole", "name": "cluster-admin"},
            subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": "op"}],
        ),
    ]
    assert edges(build_deletion(manifests_of(*objects))) == {
        "CustomResourceDefinition boats.b.io: Boat a/x (gone)",
        "Deployment op/manager: Boat a/x (gone)",
        "ClusterRoleBinding op: Deployment op/manager (gone)",
    }


def test_without_a_wait_only_the_order_of_requests_is_kept() -> None:
    graph = build_deletion(manifests_of(obj("Secret a/s"), obj("Namespace a")), gone=False)
    assert edges(graph) == {"Namespace a: Secret a/s"}


def test_wrong_annotations_keep_nothing_alive() -> None:
    objects = [
        workload("Job a/x", annotations=depends("batch/namespaces/a/Job/y")),
        workload("Job a/y", annotations=depends("batch/namespaces/a/Job/x")),
        obj("Namespace a"),
    ]
    assert edges(build_deletion(manifests_of(*objects))) == {
        "Namespace a: Job a/x (gone)",
        "Namespace a: Job a/y (gone)",
    }


def test_what_the_user_depends_on_goes_last() -> None:
    objects = [workload("Job a/x", annotations=depends("/Secret/s")), obj("Secret a/s")]
    assert edges(build_deletion(manifests_of(*objects))) == {"Secret a/s: Job a/x (gone)"}
