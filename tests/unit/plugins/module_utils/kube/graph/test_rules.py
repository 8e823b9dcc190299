# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user's own rules and annotations, and what is wrong with them, in one sentence each."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import (
    DEFAULT_ORDER_RULES,
    DEFAULT_RULES,
    parse_rules,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.graphs import (
    depends,
    edges,
    graph_of,
    graph_of_text,
    obj,
    workload,
)

FORM = "{first: [kinds], then: [kinds], same_namespace: true|false, healthy: true|false}"


def test_the_default_rules_are_in_the_users_form() -> None:
    assert parse_rules(DEFAULT_ORDER_RULES, "default") == DEFAULT_RULES
    assert parse_rules(None) == ()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("x", f"order_rules must be a list of rules such as {FORM}."),
        (["x"], f"order_rules[0] must be a mapping such as {FORM}."),
        (
            [{"first": ["A"], "then": ["B"], "befor": 1}],
            f"order_rules[0]: there is no befor; a rule is {FORM}.",
        ),
        (
            [{"then": ["B"]}],
            "order_rules[0].first must be a list of kinds, as [ConfigMap, apps/Deployment, 'example.com/*'].",
        ),
        (
            [{"first": ["A"], "then": "B"}],
            "order_rules[0].then must be a list of kinds, as [ConfigMap, apps/Deployment, 'example.com/*'].",
        ),
        (
            [{"first": ["A"], "then": ["B"]}, {"first": ["apps/v1/Deployment"], "then": ["B"]}],
            "order_rules[1].first: 'apps/v1/Deployment' is no kind; write Kind or group/Kind (without the version).",
        ),
        (
            [{"first": ["A"], "then": [3]}],
            "order_rules[0].then: 3 is no kind; write Kind or group/Kind (without the version).",
        ),
        (
            [{"first": ["A"], "then": ["B"], "same_namespace": "yes"}],
            "order_rules[0].same_namespace must be true or false, not 'yes'.",
        ),
    ],
)
def test_wrong_rules(rules: t.Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rules(rules)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("pattern", "group", "kind", "matches"),
    [
        ("Secret", "", "Secret", True),
        ("Secret", "example.com", "Secret", True),
        ("/Secret", "example.com", "Secret", False),
        ("apps/*", "apps", "Deployment", True),
        ("*.k8s.io/*", "storage.k8s.io", "StorageClass", True),
        ("*", "", "Pod", True),
        ("secret", "", "Secret", False),
    ],
)
def test_globs(pattern: str, group: str, kind: str, matches: bool) -> None:
    (rule,) = parse_rules([{"first": [pattern], "then": ["None"]}])
    assert rule.puts_first(group, kind) is matches


def test_same_namespace_or_not() -> None:
    objects = [workload("Job a/x"), workload("Deployment b/w")]
    near = parse_rules([{"first": ["Job"], "then": ["Deployment"]}])
    far = parse_rules([{"first": ["Job"], "then": ["Deployment"], "same_namespace": False}])
    assert edges(graph_of(*objects, rules=near)) == set()
    assert edges(graph_of(*objects, rules=far)) == {"Deployment b/w: Job a/x"}


MAP = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: shop
  annotations:
    {key}: {value}
"""


def one(key: str, value: str) -> str:
    return MAP.format(name="web", key=key, value=value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            one("slipway.deploy/depends-on", "Deployment/web"),
            "app.yaml:7: slipway.deploy/depends-on of ConfigMap shop/web holds 'Deployment/web', "
            "which names no object; "
            "write GROUP/namespaces/NAMESPACE/KIND/NAME, or GROUP/KIND/NAME for an object of the whole cluster; "
            "the core group is empty, as in /namespaces/default/ConfigMap/settings.",
        ),
        (
            one("config.kubernetes.io/depends-on", '"/Namespace/x,"'),
            "app.yaml:7: config.kubernetes.io/depends-on of ConfigMap shop/web holds '', which names no object; "
            "write GROUP/namespaces/NAMESPACE/KIND/NAME, or GROUP/KIND/NAME for an object of the whole cluster; "
            "the core group is empty, as in /namespaces/default/ConfigMap/settings.",
        ),
        (
            one("slipway.deploy/barrier", "soon"),
            "app.yaml:7: slipway.deploy/barrier of ConfigMap shop/web must be a whole number in quotes, as '2', "
            "not 'soon'.",
        ),
        (
            one("slipway.deploy/depends-on", "/namespaces/shop/ConfigMap/web"),
            "app.yaml:7: ConfigMap shop/web depends on itself; remove that annotation.",
        ),
        (
            MAP.format(name="a", key="slipway.deploy/depends-on", value="/namespaces/shop/ConfigMap/b")
            + "---\n"
            + MAP.format(name="b", key="slipway.deploy/depends-on", value="/namespaces/shop/ConfigMap/a"),
            "These objects wait for each other, so that none can be sent first: ConfigMap shop/a at app.yaml:1 needs "
            "ConfigMap shop/b at app.yaml:9 (depends-on at app.yaml:1), which needs ConfigMap shop/a at app.yaml:1 "
            "(depends-on at app.yaml:9). Remove one of these dependencies (a depends-on or barrier annotation).",
        ),
    ],
)
def test_wrong_annotations(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        graph_of_text(text)
    assert caught.value.message == message


def test_a_cycle_through_a_barrier_is_told_object_by_object() -> None:
    with pytest.raises(InputError) as caught:
        graph_of(
            workload("Deployment a/w", annotations={**depends("batch/namespaces/a/Job/j")}),
            workload("Job a/j", annotations={"slipway.deploy/barrier": "1"}),
        )
    assert caught.value.message == (
        "These objects wait for each other, so that none can be sent first: Deployment a/w at definition[0] needs "
        "Job a/j at definition[1] (depends-on at definition[0]), which needs Deployment a/w at definition[0] "
        "(barrier 1). Remove one of these dependencies (a depends-on or barrier annotation)."
    )


def test_an_object_that_is_not_in_the_set_is_for_the_caller_to_find() -> None:
    text = one("slipway.deploy/depends-on", "apps/namespaces/data/StatefulSet/db, /Namespace/x, /Namespace/x")
    graph = graph_of_text(text)
    assert [(str(e), e.group, e.namespace) for e in graph.externals.values()] == [
        ("StatefulSet data/db", "apps", "data"),
        ("Namespace x", "", ""),
    ]
    assert [e.kind for e in graph.needs(0)] == ["healthy", "healthy"]
    first = next(iter(graph.externals.values()))
    assert (first.needed_by, first.message) == (
        0,
        "app.yaml:7: ConfigMap shop/web depends on StatefulSet data/db (apps), which is neither among these objects "
        "nor in the cluster. Add it, or correct the annotation.",
    )


def test_a_neighbour_may_be_named_without_its_namespace() -> None:
    graph = graph_of(workload("Deployment a/w", annotations=depends("/Secret/s")), obj("Secret a/s"), obj("Secret b/s"))
    assert edges(graph) == {"Deployment a/w: Secret a/s (healthy)"}
