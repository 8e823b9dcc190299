# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small OpenAPI document, shaped as the API server's are."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import slim_document

Raw = dict[str, t.Any]
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
TEXT: Raw = {"type": "string", "description": "words that no check needs"}
COUNT: Raw = {"type": "integer", "format": "int32"}
LABELS: Raw = {"type": "object", "additionalProperties": {"type": "string", "default": ""}}


def ref(name: str) -> Raw:
    return {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "default": {}, "description": "see there"}


def thing(**properties: Raw) -> Raw:
    return {"type": "object", "properties": properties}


def listed(items: Raw, kind: str, *keys: str) -> Raw:
    return {"type": "array", "items": items, "x-kubernetes-list-type": kind, "x-kubernetes-list-map-keys": list(keys)}


CORE: dict[str, Raw] = {
    META: thing(name=TEXT, namespace=TEXT, labels=LABELS, annotations=LABELS, finalizers=listed(TEXT, "set")),
    "Deployment": {
        **thing(apiVersion=TEXT, kind=TEXT, metadata=ref(META), spec=ref("Spec"), status=thing(ready=COUNT)),
        "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
    },
    "DeploymentList": {
        **thing(items={"type": "array", "items": ref("Deployment")}, metadata=ref("ListMeta")),
        "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "DeploymentList"}],
    },
    "ListMeta": thing(),
    "Spec": {
        **thing(replicas=COUNT, paused={"type": "boolean"}, template=ref("Template"), extra=ref("Raw")),
        "required": ["template"],
    },
    "Template": thing(metadata=ref(META), spec=ref("io.k8s.api.core.v1.PodSpec")),
    "io.k8s.api.core.v1.PodSpec": {
        **thing(
            containers=listed(ref("io.k8s.api.core.v1.Container"), "map", "name"),
            dnsPolicy={"type": "string", "enum": ["ClusterFirst", "Default"]},
            nodeName={"type": "string", "enum": ["not", "enforced"]},
            more=ref("io.k8s.api.core.v1.PodSpec"),
        ),
        "required": ["containers"],
    },
    "io.k8s.api.core.v1.Container": {
        **thing(
            name={**TEXT, "default": ""},
            image=TEXT,
            args={"type": "array", "items": TEXT},
            limits={"type": "object", "additionalProperties": ref("io.k8s.apimachinery.pkg.api.resource.Quantity")},
            port=ref("IntOrString"),
            ports=listed(
                thing(containerPort={**COUNT, "default": 0}, protocol={**TEXT, "default": "TCP"}),
                "map",
                "containerPort",
                "protocol",
            ),
            key={"type": "string", "format": "byte"},
            weight={"type": "number"},
        ),
        "required": ["name", "image"],
    },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    "IntOrString": {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    "Raw": {"type": "object", "description": "anything"},
}


def document(schemas: dict[str, Raw] | None = None, title: str = "Kubernetes") -> Raw:
    return {
        "info": {"title": title},
        "paths": {"/x": {}},
        "components": {"schemas": CORE if schemas is None else schemas},
    }


def core_schemas() -> Schemas:
    return Schemas({"apps/v1": slim_document(document(), "apps/v1")})


def deployment(**container: t.Any) -> Raw:
    pod = {"containers": [{"name": "web", **container}]}
    spec = {"replicas": 2, "template": {"spec": pod}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def crd(spec: Raw, **version: t.Any) -> Raw:
    schema = {"openAPIV3Schema": thing(spec=spec)}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": schema, **version}]
    names = {"kind": "Boat", "plural": "boats"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "boats.example.com"},
        "spec": {"group": "example.com", "names": names, "versions": versions},
    }
