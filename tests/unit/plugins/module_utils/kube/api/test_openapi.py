# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schemas come from as few requests as can be, and from none where they are known."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Forbidden,
    NotFound,
    Unauthorized,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.openapi import schemas_for

LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
META = {"type": "object", "properties": {"name": {"type": "string"}, "labels": LABELS}}
META_NAME = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def document(group: str, kind: str) -> dict[str, t.Any]:
    properties = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"allOf": [{"$ref": f"#/components/schemas/{META_NAME}"}], "default": {}},
        "data": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    kinds = [{"group": group, "version": "v1", "kind": kind}]
    schema = {"type": "object", "properties": properties, "x-kubernetes-group-version-kind": kinds}
    return {"info": {"title": "Kubernetes"}, "components": {"schemas": {kind: schema, META_NAME: META}}}


class Cluster:
    identity = "one"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, t.Any] = {
            "/openapi/v3": {
                "paths": {
                    "api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=A"},
                    "apis/apps/v1": {"serverRelativeURL": "/openapi/v3/apis/apps/v1?hash=B"},
                    "apis/odd/v1": {"serverRelativeURL": "https://elsewhere.example/?hash=C"},
                }
            },
            "/openapi/v3/api/v1?hash=A": document("", "ConfigMap"),
            "/openapi/v3/apis/apps/v1?hash=B": document("apps", "Deployment"),
            "/openapi/v3/apis/odd/v1": document("odd", "Odd"),
        }

    def request(self, method: str, path: str) -> dict[str, t.Any]:
        assert method == "GET"
        self.asked.append(path)
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return t.cast(dict[str, t.Any], answer)


def config_map(**more: t.Any) -> dict[str, t.Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, **more}


def test_only_what_the_objects_need(tmp_path: pathlib.Path) -> None:
    cluster = Cluster()
    schemas = schemas_for(cluster, [config_map(), config_map()], DiskCache(None))
    assert cluster.asked == ["/openapi/v3", "/openapi/v3/api/v1?hash=A"]
    assert [p.path for p in schemas.check(config_map(dat={}))] == ["dat"]
    assert schemas.for_kind("apps/v1", "Deployment") is None
    assert schemas.check({"apiVersion": "apps/v1", "kind": "Deployment", "bad": 1}) == []


def test_what_has_a_hash_is_asked_for_once(tmp_path: pathlib.Path) -> None:
    cache = DiskCache(tmp_path)
    schemas_for(Cluster(), [config_map()], cache)
    cluster = Cluster()
    assert schemas_for(cluster, [config_map()], cache).for_kind("v1", "ConfigMap")
    assert cluster.asked == ["/openapi/v3"]
    cluster.answers["/openapi/v3"]["paths"]["api/v1"]["serverRelativeURL"] += "2"
    cluster.answers["/openapi/v3/api/v1?hash=A2"] = document("", "Secret")
    assert schemas_for(cluster, [config_map()], cache).for_kind("v1", "ConfigMap") is None
    other = Cluster()
    other.identity = "two"
    schemas_for(other, [config_map()], cache)
    assert len(other.asked) == 2, "another server's documents are not believed"


def test_an_address_elsewhere_is_not_followed(tmp_path: pathlib.Path) -> None:
    cluster = Cluster()
    odd = {"apiVersion": "odd/v1", "kind": "Odd", "metadata": {"name": "x"}, "bad": 1}
    assert schemas_for(cluster, [odd], DiskCache(tmp_path)).check(odd)
    assert "/openapi/v3/apis/odd/v1" in cluster.asked


@pytest.mark.parametrize(
    "error", [NotFound("no"), Forbidden("no"), ApiError("broken", status=503), ValueError("not JSON")]
)
@pytest.mark.parametrize("path", ["/openapi/v3", "/openapi/v3/api/v1?hash=A"])
def test_without_schemas_nothing_is_said(error: Exception, path: str) -> None:
    cluster = Cluster()
    cluster.answers[path] = error
    assert schemas_for(cluster, [config_map(dat={})], DiskCache(None)).check(config_map(dat={})) == []


@pytest.mark.parametrize("error", [Unauthorized("who?"), Unreachable("gone")])
def test_a_server_that_cannot_be_used_is_told(error: Exception) -> None:
    cluster = Cluster()
    cluster.answers["/openapi/v3"] = error
    with pytest.raises(type(error)):
        schemas_for(cluster, [config_map()], DiskCache(None))


def test_a_crd_of_the_set_defines_its_kind() -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "boats.example.com"},
        "spec": {"group": "example.com", "names": {"kind": "Boat"}, "versions": [version]},
    }
    boat = {
        "apiVersion": "example.com/v1",
        "kind": "Boat",
        "metadata": {"name": "x", "labels": {"a": 1}},
        "spec": {"n": "1", "m": 1},
    }
    found = schemas_for(Cluster(), [crd, boat], DiskCache(None)).check(boat)
    assert sorted(p.path for p in found) == ["metadata.labels.a", "spec.m", "spec.n"]
