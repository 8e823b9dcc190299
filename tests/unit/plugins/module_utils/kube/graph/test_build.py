# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs what: one table for each rule, and whole applications in unhelpful order."""

from __future__ import annotations

import random
import time
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, parse_rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.graph.graphs import (
    Obj,
    depends,
    edges,
    graph_of,
    manifests_of,
    obj,
    order,
    workload,
)

SUBJECT = [{"kind": "ServiceAccount", "name": "robot", "namespace": "a"}]


def role_ref(kind: str, name: str) -> Obj:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}


def definition(kind: str, group: str = "b.io", **spec: object) -> Obj:
    names = {"kind": kind, "plural": kind.lower() + "s"}
    return obj(f"CustomResourceDefinition {names['plural']}.{group}", spec={"group": group, "names": names, **spec})


def hook(group: str, resource: str, service: str = "a/hook", **more: object) -> Obj:
    namespace, name = service.split("/")
    rule = {"apiGroups": [group], "apiVersions": ["*"], "resources": [resource], "operations": ["CREATE"]}
    return {
        "name": "hook.b.io",
        "clientConfig": {"service": {"namespace": namespace, "name": name}},
        "rules": [rule],
        **more,
    }


def webhook(*hooks: Obj, kind: str = "ValidatingWebhookConfiguration", name: str = "judge") -> Obj:
    return obj(f"{kind} {name}", webhooks=list(hooks))


HOOK = {"namespace": "a", "name": "hook"}
SERVER = (
    workload("Deployment a/server", {"app": "server"}),
    obj("Service a/hook", spec={"selector": {"app": "server"}}),
)
VOLUMES = [
    {"name": "a", "configMap": {"name": "files"}},
    {"name": "b", "secret": {"secretName": "keys"}},
    {"name": "c", "persistentVolumeClaim": {"claimName": "disk"}},
    {"name": "d", "projected": {"sources": [{"secret": {"name": "mixed"}}, {"serviceAccountToken": {}}]}},
]
CONTAINER = {
    "name": "main",
    "envFrom": [{"secretRef": {"name": "all"}}],
    "env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "one", "key": "x"}}}, {"name": "Y", "value": "y"}],
}

TABLE = {
    "a namespace": ([obj("Secret a/s"), obj("Namespace a"), obj("Secret b/s")], {"Secret a/s: Namespace a"}),
    "a definition": (
        [obj("Boat a/x", "b.io/v1"), obj("Boat a/x", "other.io/v1"), definition("Boat")],
        {"Boat a/x: CustomResourceDefinition boats.b.io (established)"},
    ),
    "only the role that a binding names": (
        [
            obj("RoleBinding a/x", roleRef=role_ref("Role", "r")),
            obj("Role a/r"),
            obj("Role a/s"),
            obj("Role b/r"),
            obj("ClusterRole r"),
        ],
        {"RoleBinding a/x: Role a/r"},
    ),
    "a cluster role": (
        [obj("RoleBinding a/x", roleRef=role_ref("ClusterRole", "r")), obj("ClusterRole r"), obj("Role a/r")],
        {"RoleBinding a/x: ClusterRole r"},
    ),
    "what volumes name": (
        [workload("Deployment a/w", volumes=VOLUMES)]
        + [
            obj(f"{kind} {ns}/{name}")
            for ns in "ab"
            for kind, name in (
                ("ConfigMap", "files"),
                ("Secret", "keys"),
                ("PersistentVolumeClaim", "disk"),
                ("Secret", "mixed"),
            )
        ],
        {
            "Deployment a/w: ConfigMap a/files",
            "Deployment a/w: Secret a/keys",
            "Deployment a/w: PersistentVolumeClaim a/disk",
            "Deployment a/w: Secret a/mixed",
        },
    ),
    "what containers name": (
        [
            workload("StatefulSet a/w", containers=[CONTAINER]),
            obj("Secret a/all"),
            obj("ConfigMap a/one"),
            obj("ConfigMap a/two"),
        ],
        {"StatefulSet a/w: Secret a/all", "StatefulSet a/w: ConfigMap a/one"},
    ),
    "what init containers name, in a CronJob": (
        [
            obj(
                "CronJob a/w",
                spec={
                    "jobTemplate": {
                        "spec": {
                            "template": {
                                "spec": {"containers": [], "initContainers": [CONTAINER], "priorityClassName": "high"}
                            }
                        }
                    }
                },
            ),
            obj("Secret a/all"),
            obj("PriorityClass high"),
        ],
        {"CronJob a/w: Secret a/all", "CronJob a/w: PriorityClass high"},
    ),
    "what a custom workload's pods name": (
        [
            obj("Rollout a/w", "argoproj.io/v1alpha1", spec={"template": {"spec": {"containers": [CONTAINER]}}}),
            obj("Secret a/all"),
        ],
        {"Rollout a/w: Secret a/all"},
    ),
    "an account and its rights": (
        [
            workload("Deployment a/w", serviceAccountName="robot"),
            workload("Deployment a/other"),
            obj("ServiceAccount a/robot"),
            obj("RoleBinding a/x", subjects=SUBJECT),
            obj("ClusterRoleBinding y", subjects=SUBJECT),
            obj("RoleBinding a/z", subjects=[{"kind": "ServiceAccount", "name": "robot", "namespace": "b"}]),
        ],
        {
            "Deployment a/w: ServiceAccount a/robot",
            "Deployment a/w: RoleBinding a/x",
            "Deployment a/w: ClusterRoleBinding y",
        },
    ),
    "rights of a group of accounts": (
        [workload("Job a/w"), obj("RoleBinding a/x", subjects=[{"kind": "Group", "name": "system:serviceaccounts:a"}])],
        {"Job a/w: RoleBinding a/x"},
    ),
    "the service of its pods": (
        [
            workload("Deployment a/w", {"app": "w", "tier": "x"}),
            obj("Service a/s", spec={"selector": {"app": "w"}}),
            obj("Service a/t", spec={"selector": {"app": "w"}}),
            obj("Service a/other", spec={"selector": {"app": "w", "tier": "y"}}),
            obj("Service a/none", spec={}),
            obj("Service b/s", spec={"selector": {"app": "w"}}),
        ],
        {"Deployment a/w: Service a/s", "Deployment a/w: Service a/t"},
    ),
    "quotas, limits and policies of the namespace": (
        [
            workload("Job a/w"),
            obj("ResourceQuota a/q"),
            obj("LimitRange a/l"),
            obj("NetworkPolicy a/n"),
            obj("ResourceQuota b/q"),
        ],
        {"Job a/w: ResourceQuota a/q", "Job a/w: LimitRange a/l", "Job a/w: NetworkPolicy a/n"},
    ),
    "storage": (
        [
            obj("PersistentVolumeClaim a/c", spec={"storageClassName": "fast", "volumeName": "v"}),
            obj("StorageClass fast"),
            obj("StorageClass slow"),
            obj("PersistentVolume v", spec={"storageClassName": "fast"}),
        ],
        {
            "PersistentVolumeClaim a/c: StorageClass fast",
            "PersistentVolumeClaim a/c: PersistentVolume v",
            "PersistentVolume v: StorageClass fast",
        },
    ),
    "an ingress class": (
        [obj("Ingress a/i", spec={"ingressClassName": "x"}), obj("IngressClass x"), obj("IngressClass y")],
        {"Ingress a/i: IngressClass x"},
    ),
    "gateways": (
        [
            obj(
                "HTTPRoute b/r", "gateway.networking.k8s.io/v1", spec={"parentRefs": [{"name": "g", "namespace": "a"}]}
            ),
            obj("Gateway a/g", "gateway.networking.k8s.io/v1", spec={"gatewayClassName": "c"}),
            obj("GatewayClass c", "gateway.networking.k8s.io/v1"),
        ],
        {"HTTPRoute b/r: Gateway a/g", "Gateway a/g: GatewayClass c"},
    ),
    "what is scaled": (
        [
            obj("HorizontalPodAutoscaler a/h", spec={"scaleTargetRef": {"kind": "Deployment", "name": "w"}}),
            workload("Deployment a/w"),
        ],
        {"HorizontalPodAutoscaler a/h: Deployment a/w"},
    ),
    "a policy": (
        [
            obj("ValidatingAdmissionPolicyBinding b", "admissionregistration.k8s.io/v1", spec={"policyName": "p"}),
            obj("ValidatingAdmissionPolicy p", "admissionregistration.k8s.io/v1"),
        ],
        {"ValidatingAdmissionPolicyBinding b: ValidatingAdmissionPolicy p"},
    ),
    "an aggregated API": (
        [
            obj("Metric a/m", "m.io/v1"),
            obj("APIService v1.m.io", spec={"group": "m.io", "version": "v1", "service": HOOK}),
            *SERVER,
        ],
        {
            "Metric a/m: APIService v1.m.io (healthy)",
            "APIService v1.m.io: Service a/hook",
            "APIService v1.m.io: Deployment a/server",
            "Deployment a/server: Service a/hook",
        },
    ),
    "a webhook and the custom resources that it judges": (
        [obj("Boat b/x", "b.io/v1"), obj("Car b/x", "b.io/v1"), webhook(hook("b.io", "boats")), *SERVER],
        {
            "Boat b/x: ValidatingWebhookConfiguration judge (healthy)",
            "Boat b/x: Deployment a/server (healthy)",
            "ValidatingWebhookConfiguration judge: Service a/hook",
            "ValidatingWebhookConfiguration judge: Deployment a/server",
            "Deployment a/server: Service a/hook",
        },
    ),
    "a webhook whose server is elsewhere holds back nothing": (
        [obj("Boat b/x", "b.io/v1"), webhook(hook("b.io", "boats"))],
        set(),
    ),
    "a webhook for everything comes after what its server may need": (
        [obj("ConfigMap b/x"), obj("Boat b/x", "b.io/v1"), webhook(hook("*", "*")), *SERVER],
        {
            "ValidatingWebhookConfiguration judge: ConfigMap b/x (tried)",
            "ValidatingWebhookConfiguration judge: Deployment a/server (tried)",
            "ValidatingWebhookConfiguration judge: Service a/hook (tried)",
            "Boat b/x: ValidatingWebhookConfiguration judge (healthy)",
            "Boat b/x: Deployment a/server (healthy)",
            "ValidatingWebhookConfiguration judge: Service a/hook",
            "ValidatingWebhookConfiguration judge: Deployment a/server",
            "Deployment a/server: Service a/hook",
        },
    ),
    "selectors of webhooks": (
        [
            obj("Boat b/x", "b.io/v1"),
            obj("Boat c/x", "b.io/v1"),
            obj("Boat c/y", "b.io/v1", metadata={"labels": {"skip": "me"}}),
            webhook(
                hook(
                    "b.io",
                    "boats",
                    namespaceSelector={"matchLabels": {"kubernetes.io/metadata.name": "c"}},
                    objectSelector={"matchExpressions": [{"key": "skip", "operator": "DoesNotExist"}]},
                )
            ),
            SERVER[1],
        ],
        {
            "Boat c/x: ValidatingWebhookConfiguration judge (healthy)",
            "ValidatingWebhookConfiguration judge: Service a/hook",
        },
    ),
    "a converter": (
        [
            obj("Boat b/x", "b.io/v1"),
            definition("Boat", conversion={"strategy": "Webhook", "webhook": {"clientConfig": {"service": HOOK}}}),
            *SERVER,
        ],
        {
            "Boat b/x: CustomResourceDefinition boats.b.io (established)",
            "Boat b/x: Deployment a/server (healthy)",
            "Deployment a/server: Service a/hook",
        },
    ),
    "the user's annotation": (
        [
            workload("Deployment a/web", annotations=depends("apps/namespaces/a/StatefulSet/db, /Namespace/other")),
            workload("StatefulSet a/db"),
            obj("Namespace other"),
            obj("ConfigMap a/x", annotations={"config.kubernetes.io/depends-on": "batch/namespaces/a/Job/j"}),
            workload("Job a/j"),
        ],
        {
            "Deployment a/web: StatefulSet a/db (healthy)",
            "Deployment a/web: Namespace other (healthy)",
            "ConfigMap a/x: Job a/j (healthy)",
        },
    ),
    "barriers, and what has to come early because of them": (
        [
            workload("Deployment a/web"),
            workload("Job a/migrate", annotations={"slipway.deploy/barrier": "-1"}),
            obj("Namespace a"),
            obj("ConfigMap b/late", annotations={"slipway.deploy/barrier": "5"}),
        ],
        {
            "Deployment a/web: Namespace a",
            "Deployment a/web: Namespace a (healthy)",
            "Job a/migrate: Namespace a",
            "Deployment a/web: Job a/migrate (healthy)",
            "ConfigMap b/late: Deployment a/web (healthy)",
            "ConfigMap b/late: Job a/migrate (healthy)",
            "ConfigMap b/late: Namespace a (healthy)",
        },
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_table(name: str) -> None:
    objects, wanted = TABLE[name]
    assert edges(graph_of(*objects)) == wanted
    assert edges(graph_of(*objects[::-1])) == wanted, "the order in the file does not matter"


def operator() -> list[Obj]:
    """In the order in which such files come: what needs comes first."""
    return [
        obj("Boat fleet/one", "b.io/v1"),
        webhook(hook("b.io", "boats", "op/hook"), kind="MutatingWebhookConfiguration"),
        workload("Deployment op/manager", {"app": "op"}, serviceAccountName="op", volumes=[VOLUMES[1]]),
        obj("ClusterRoleBinding op", roleRef=role_ref("ClusterRole", "op"),
            subjects=[{"kind": "ServiceAccount", "name": "op", "namespace": "op"}]),
        obj("Service op/hook", spec={"selector": {"app": "op"}}),
        obj("ServiceAccount op/op"),
        obj("Secret op/keys"),
        obj("ClusterRole op", rules=[{"apiGroups": ["b.io"], "resources": ["boats"], "verbs": ["*"]}]),
        definition("Boat"),
        obj("Namespace fleet"),
        obj("Namespace op"),
    ]  # fmt: skip


@given(st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_an_operator_in_any_order(dice: random.Random) -> None:
    objects = operator()
    dice.shuffle(objects)
    found = order(graph_of(*objects))
    at = found.index
    assert at("Namespace op") < at("ServiceAccount op/op") < at("Deployment op/manager")
    assert at("ClusterRole op") < at("ClusterRoleBinding op") < at("Deployment op/manager")
    assert at("Secret op/keys") < at("Deployment op/manager") < at("MutatingWebhookConfiguration judge")
    assert found[-1] == "Boat fleet/one"


def test_certificates_whose_authority_another_controller_fills_in() -> None:
    """The injector gets its configuration, and the configuration its bundle, before an Issuer is judged."""
    graph = graph_of(
        obj("Issuer shop/ca", "cert.io/v1"),
        webhook(hook("cert.io", "*", "cert/hook")),
        obj("ConfigMap cert/settings"),
        workload("Deployment cert/injector", serviceAccountName="injector"),
        workload("Deployment cert/webhook", {"app": "webhook"}),
        obj("Service cert/hook", spec={"selector": {"app": "webhook"}}),
        obj("ServiceAccount cert/injector"),
        definition("Issuer", "cert.io"),
        obj("Namespace cert"),
    )
    assert {e for e in edges(graph) if e.startswith("Issuer")} == {
        "Issuer shop/ca: CustomResourceDefinition issuers.cert.io (established)",
        "Issuer shop/ca: ValidatingWebhookConfiguration judge (healthy)",
        "Issuer shop/ca: Deployment cert/webhook (healthy)",
    }
    injector = next(i for i in range(graph.size) if graph.name(i) == "Deployment cert/injector")
    assert not any(e.kind == "healthy" for e in graph.needs(injector)), "it would wait for what it makes itself"


def test_two_webhooks_that_judge_each_others_servers_do_not_stop_each_other() -> None:
    found = order(
        graph_of(
            webhook(hook("apps", "deployments", "a/hook"), name="first"),
            webhook(hook("apps", "deployments", "b/hook"), name="second"),
            *SERVER,
            workload("Deployment b/server", {"app": "b"}),
            obj("Service b/hook", spec={"selector": {"app": "b"}}),
        )
    )
    assert len(found) == 6


def test_a_webhook_holds_back_nothing_that_its_server_needs() -> None:
    graph = graph_of(
        obj("Boat a/settings", "b.io/v1"),
        webhook(hook("b.io", "boats")),
        workload("Deployment a/server", {"app": "server"}, annotations=depends("b.io/namespaces/a/Boat/settings")),
        SERVER[1],
    )
    assert not any(e.startswith("Boat") for e in edges(graph))


def test_a_rule_of_the_user() -> None:
    rules = DEFAULT_RULES + parse_rules([{"first": ["batch/*"], "then": ["*"], "healthy": True}])
    graph = graph_of(
        workload("Deployment a/w"), obj("Namespace a"), workload("Job b/x"), workload("Job a/migrate"), rules=rules
    )
    assert edges(graph) == {
        "Deployment a/w: Namespace a",
        "Job a/migrate: Namespace a",
    }, "what is in both lists goes last"
    first_last = parse_rules([{"first": ["batch/Job"], "then": ["Deployment", "Namespace"], "healthy": True}])
    graph = graph_of(workload("Deployment a/w"), obj("Namespace a"), workload("Job a/migrate"), rules=first_last)
    assert edges(graph) == {
        "Deployment a/w: Namespace a",
        "Deployment a/w: Job a/migrate (healthy)",
        "Job a/migrate: Namespace a",
    }, "the namespace is needed by the job itself, so it does not wait for it"


JUNK = (None, 5, "x", [], {}, [1], [[]], [{}], {"name": []}, {"x": {}})


def spoiled(value: t.Any, junk: t.Any) -> t.Iterator[t.Any]:
    """The value with junk in one place, for each place."""
    yield junk
    if isinstance(value, dict):
        for key, inner in value.items():
            for other in spoiled(inner, junk):
                yield {**value, key: other}
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            for other in spoiled(inner, junk):
                yield [*value[:i], other, *value[i + 1 :]]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_malformed_objects_are_the_servers_to_refuse(junk: t.Any) -> None:
    tables = [
        objects for name, (objects, _wanted) in TABLE.items() if "annotation" not in name and "barrier" not in name
    ]
    for objects in [operator(), *tables]:
        for i, right in enumerate(objects):
            for field in set(right) - {"apiVersion", "kind", "metadata"}:
                for wrong in spoiled(right[field], junk):
                    graph_of(*objects[:i], {**right, field: wrong}, *objects[i + 1 :])


def many(count: int) -> list[Obj]:
    found: list[Obj] = [webhook(hook("*", "*")), *SERVER, definition("Boat")]
    plain = [{"name": "A", "value": "b"}] * 5
    for k in range(count // 5):
        namespace, labels = f"ns{k % 20}", {"app": f"d{k}", "all": "yes"}
        container = {"name": "m", "envFrom": [{"configMapRef": {"name": f"c{k}"}}], "env": plain}
        found += [
            workload(f"Deployment {namespace}/d{k}", labels, containers=[container], serviceAccountName="robot"),
            obj(f"ConfigMap {namespace}/c{k}"),
            obj(f"Boat {namespace}/b{k}", "b.io/v1"),
            obj(f"Service {namespace}/s{k}", spec={"selector": labels}),
            obj(f"RoleBinding {namespace}/r{k}", subjects=[{"kind": "ServiceAccount", "name": "robot"}]),
        ]
    return found + [obj(f"{kind}{k}") for kind in ("Namespace ns", "ResourceQuota ns0/q") for k in range(20)]


def test_ten_times_the_objects_are_about_ten_times_the_work() -> None:
    """Which a comparison of all objects with all others would make a hundred."""

    few, ten_times = manifests_of(*many(500)), manifests_of(*many(5000))

    def took(manifests: t.Sequence[Manifest]) -> float:
        # Processor time: whoever else works on this machine does not count.
        start = time.process_time()
        build(manifests)
        return time.process_time() - start

    # Both at the same moment: a busy machine's caches make many objects slower than few.
    assert min(took(ten_times) / took(few) for _attempt in range(8)) <= 15
