# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds a cluster serves."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import UnknownKind


def entry(kind: str, plural: str, scope: str = "Namespaced") -> dict[str, t.Any]:
    return {
        "resource": plural,
        "responseKind": {"group": "", "version": "", "kind": kind},
        "scope": scope,
        "verbs": ["get", "patch"],
        "subresources": [{"subresource": "status"}],
    }


def group(name: str, *entries: dict[str, t.Any]) -> dict[str, t.Any]:
    metadata = {"name": name} if name else {}
    return {"metadata": metadata, "versions": [{"version": "v1", "resources": list(entries)}]}


class Cluster:
    """Counts the questions; learns Boats later."""

    def __init__(self) -> None:
        self.asked = 0
        self.groups = [group("apps", entry("Deployment", "deployments"))]

    def request(self, method: str, path: str, *, accept: str = "") -> dict[str, t.Any]:
        assert (method, "APIGroupDiscoveryList" in accept) == ("GET", True)
        self.asked += 1
        core = [group("", entry("Namespace", "namespaces", "Cluster"), entry("Pod", "pods"))]
        return {"items": core if path == "/api" else self.groups}


def test_paths() -> None:
    discovery = Discovery(Cluster())
    pod = discovery.resource_for("v1", "Pod")
    assert pod == Resource("", "v1", "Pod", "pods", True, ("get", "patch"))
    assert pod.path("shop", "web", "log") == "/api/v1/namespaces/shop/pods/web/log"
    assert pod.path() == "/api/v1/pods"
    deployment = discovery.resource_for("apps/v1", "Deployment")
    assert deployment.path("shop", "web") == "/apis/apps/v1/namespaces/shop/deployments/web"
    assert discovery.resource_for("v1", "Namespace").path("ignored", "shop") == "/api/v1/namespaces/shop"


def test_it_asks_once_and_again_for_what_is_new() -> None:
    cluster = Cluster()
    discovery = Discovery(cluster)
    assert discovery.find("example.com/v1", "Boat") is None
    discovery.resource_for("v1", "Pod")
    assert cluster.asked == 2
    cluster.groups.append(group("example.com", entry("Boat", "boats")))
    assert discovery.resource_for("example.com/v1", "Boat").plural == "boats"
    assert cluster.asked == 4


@pytest.mark.parametrize(
    ("api_version", "kind", "message"),
    [
        ("v1", "Deployment", "The cluster has no Deployment in v1; it serves Deployment in apps/v1."),
        ("apps/v1", "deployment", "it serves Deployment in apps/v1"),
        ("apps/v1", "Deploymnt", "The cluster has no kind Deploymnt in apps/v1. Check the spelling"),
    ],
)
def test_what_is_unknown_is_explained(api_version: str, kind: str, message: str) -> None:
    with pytest.raises(UnknownKind, match=message):
        Discovery(Cluster()).resource_for(api_version, kind)
