# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small objects for graphs, and how to ask a graph by names."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import (
    Manifest,
    from_definition,
    from_text,
)

Obj = t.Dict[str, t.Any]
_VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Role": "rbac.authorization.k8s.io/v1",
    "ClusterRole": "rbac.authorization.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding": "rbac.authorization.k8s.io/v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "APIService": "apiregistration.k8s.io/v1",
    "StorageClass": "storage.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Ingress": "networking.k8s.io/v1",
    "IngressClass": "networking.k8s.io/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
}


def obj(name: str, version: str = "", annotations: t.Optional[Obj] = None, **fields: t.Any) -> Obj:
    """`obj("Secret app/db")` or, of the whole cluster, `obj("Namespace app")`."""
    kind, _space, path = name.partition(" ")
    namespace, _slash, short = path.rpartition("/")
    metadata: Obj = {"name": short, **({"namespace": namespace} if namespace else {})}
    if annotations:
        metadata["annotations"] = annotations
    metadata.update(fields.pop("metadata", {}))
    return {"apiVersion": version or _VERSIONS.get(kind, "v1"), "kind": kind, "metadata": metadata, **fields}


def workload(name: str, labels: t.Optional[Obj] = None, annotations: t.Optional[Obj] = None, **pod: t.Any) -> Obj:
    template = {"metadata": {"labels": labels or {}}, "spec": {"containers": [{"name": "main"}], **pod}}
    return obj(name, annotations=annotations, spec={"template": template})


def depends(on: str) -> Obj:
    return {"slipway.deploy/depends-on": on}


def graph_of(*objects: Obj, rules: t.Sequence[Rule] = DEFAULT_RULES) -> Graph:
    return build(from_definition(list(objects)), rules)


def graph_of_text(text: str, name: str = "app.yaml") -> Graph:
    return build(from_text(text, name))


def manifests_of(*objects: Obj) -> t.List[Manifest]:
    return from_definition(list(objects))


def edges(graph: Graph) -> t.Set[str]:
    """`who: what (kind)`; the plain kind, applied, is left out."""
    return {
        f"{graph.name(i)}: {graph.name(e.index)}" + ("" if e.kind == "applied" else f" ({e.kind})")
        for i in range(graph.size)
        for e in graph.needs(i)
    }


def order(graph: Graph) -> t.List[str]:
    """One order in which everything is done, by the names of objects."""
    done: t.List[str] = []
    state = run(
        graph,
        range(graph.size),
        lambda i: done.append(graph.name(i)),
        await_ready=lambda wants, report: [report(want, None) for want in wants] and None,
        workers=1,
    )
    assert state.ok
    return done
