# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised


def test_string_data_wins_over_data() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "data": {"a": "b2xk", "b": "Yg==", "none": None},
        "stringData": {"a": "new", "empty": None},
    }
    before = copy.deepcopy(secret)
    assert normalised(secret) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "data": {"a": "bmV3", "b": "Yg==", "none": "", "empty": ""},
    }
    assert secret == before


def test_string_data_that_is_none_is_left_for_the_schema_check() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": 1}}
    assert normalised(secret)["stringData"] == {"a": 1}


def test_nulls_are_no_fields_but_free_keys_are() -> None:
    config = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "labels": {"a": None}, "annotations": None, "creationTimestamp": None},
        "spec": {"replicas": None, "template": {"spec": {"containers": [{"name": "c", "args": None}]}}},
        "status": {"replicas": 1},
    }
    assert normalised(config) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "labels": {"a": ""}},
        "spec": {"template": {"spec": {"containers": [{"name": "c"}]}}},
    }


def test_custom_resources_keep_their_nulls_and_status() -> None:
    thing = {
        "apiVersion": "x.test/v1",
        "kind": "X",
        "metadata": {"name": "x", "uid": "1"},
        "spec": {"a": None},
        "status": {},
    }
    assert normalised(thing) == {**thing, "metadata": {"name": "x"}}


def test_what_kubectl_remembers_is_not_asked_for() -> None:
    key = "kubectl.kubernetes.io/last-applied-configuration"
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "annotations": {key: "{}", "a": "b"}}}
    assert normalised(config)["metadata"]["annotations"] == {"a": "b"}


def test_rules_of_an_aggregated_cluster_role_are_its_controllers() -> None:
    """`rules: []` stands in most manifests of such roles, and would be a conflict ever after."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}, "rules": []}
    aggregated = {**role, "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
    assert normalised(role) == role
    assert normalised({**role, "aggregationRule": None}) == role
    assert normalised(aggregated) == {k: v for k, v in aggregated.items() if k != "rules"}
