# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds a cluster serves."""

from __future__ import annotations

import os
import pathlib
import time
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind


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
        ("apps/v1", "Deploymnt", "The cluster has no kind Deploymnt in apps/v1. Did you mean Deployment?"),
    ],
)
def test_what_is_unknown_is_explained(api_version: str, kind: str, message: str) -> None:
    with pytest.raises(UnknownKind, match=message):
        Discovery(Cluster()).resource_for(api_version, kind)


class Conditional(Cluster):
    """With ETags, as a real server has them."""

    identity = "one"

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def request_unless(self, path: str, etag: str, *, accept: str) -> tuple[dict[str, t.Any] | None, str]:
        document = self.request("GET", path, accept=accept)
        now = f"{path}-{len(self.groups)}"
        if etag == now:
            return None, now
        self.sent += 1
        return document, now


def age(folder: pathlib.Path, seconds: float) -> None:
    for path in folder.rglob("*.json"):
        os.utime(path, (time.time() - seconds, time.time() - seconds))


def test_another_task_knows_what_was_found(tmp_path: pathlib.Path) -> None:
    cluster = Conditional()
    Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    again = Discovery(cluster, cache=DiskCache(tmp_path))
    assert again.resource_for("v1", "Pod") == Resource("", "v1", "Pod", "pods", True, ("get", "patch"))
    assert (cluster.asked, cluster.sent) == (2, 2)
    assert len(again.resources()) == 3
    assert (cluster.asked, cluster.sent) == (4, 2), "all kinds: only asked whether that is still so"


def test_what_is_known_is_asked_for_again_after_a_while(tmp_path: pathlib.Path) -> None:
    cluster = Conditional()
    Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    age(tmp_path, 301)
    Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    assert (cluster.asked, cluster.sent) == (4, 2)
    Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    assert cluster.asked == 4, "the answer made it young again"


@pytest.mark.parametrize("method", ["resource_for", "find"])
def test_a_kind_that_is_new_is_found_at_once(tmp_path: pathlib.Path, method: str) -> None:
    cluster = Conditional()
    Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    cluster.groups.append(group("example.com", entry("Boat", "boats")))
    assert getattr(Discovery(cluster, cache=DiskCache(tmp_path)), method)("example.com/v1", "Boat").plural == "boats"
    assert cluster.asked == 4
    cluster.groups.pop()
    with pytest.raises(UnknownKind):
        Discovery(cluster, cache=DiskCache(tmp_path)).resource_for("example.com/v1", "Ship")
    assert cluster.asked == 6, "one refresh, no more"


def test_servers_are_told_apart(tmp_path: pathlib.Path) -> None:
    first, second = Conditional(), Conditional()
    second.identity = "two"
    Discovery(first, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    Discovery(second, cache=DiskCache(tmp_path)).resource_for("v1", "Pod")
    assert second.asked == 2


@pytest.mark.parametrize("value", [None, 5, {"etag": "x"}, {"etag": "x", "resources": [["too", "short"]]}])
def test_an_entry_that_is_none_is_not_believed(tmp_path: pathlib.Path, value: t.Any) -> None:
    cluster, cache = Conditional(), DiskCache(tmp_path)
    for root in ("/api", "/apis"):
        cache.put(f"discovery one {root}", value)
    assert Discovery(cluster, cache=cache).resource_for("v1", "Pod").plural == "pods"
    assert cluster.sent == 2
