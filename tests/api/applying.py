# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_apply as a task runs it, with every request counted, and what is in the cluster, told without code under test."""

from __future__ import annotations

import time
import typing as t
import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import make_absent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_definition

Obj = t.Dict[str, t.Any]
PARAMS: t.Dict[str, t.Any] = {
    "field_manager": "slipway",
    "force_conflicts": False,
    "wait": False,
    "wait_timeout": 60,
    "on_failure": "keep",
}
#: The server's own, made beside what is applied, and of no matter here.
_BESIDE = {"Event", "Lease", "EndpointSlice", "Endpoints", "ControllerRevision"}
#: What changes in an object by itself.
_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")
_NO_ITEMS = ("status",)


class Apply:
    """Runs k8s_apply with these parameters."""

    def __init__(self, client: KubeClient, monkeypatch: pytest.MonkeyPatch, **params: t.Any) -> None:
        self.client, self.params = client, {**PARAMS, **params}
        self.discovery = Discovery(client)
        self.sent: list[str] = []
        real = client.request

        def request(method: str, path: str, **options: t.Any) -> t.Any:
            dry = "dryRun" in (options.get("query") or {})
            self.sent.append(f"{'DRY ' if dry else ''}{method} {path.rpartition('/')[2]}")
            return real(method, path, **options)

        monkeypatch.setattr(client, "request", request)

    def present(self, objects: t.Sequence[t.Any], *, check: bool = False, **params: t.Any) -> t.Any:
        return make_present(_manifests(objects), self._cluster(check, params))

    def absent(self, objects: t.Sequence[t.Any], *, check: bool = False, **params: t.Any) -> t.Any:
        return make_absent(_manifests(objects), self._cluster(check, params))

    def foreseen(self, objects: t.Sequence[t.Any], *, state: str = "present", **params: t.Any) -> t.Any:
        """The result of the task, which check mode has told before without a write."""
        run = self.present if state == "present" else self.absent
        predicted = run(objects, check=True, **params)
        assert not [w for w in self.writes if not w.startswith("DRY ")]
        result = run(objects, **params)
        assert predicted == result, f"check mode said otherwise: {_otherwise(predicted, result)}"
        return result

    def _cluster(self, check: bool, params: t.Mapping[str, t.Any]) -> Cluster:
        self.sent.clear()
        context = TaskContext(check_mode=check, diff=True)
        return Cluster(self.client, Discovery(self.client), {**self.params, **params}, context)

    @property
    def writes(self) -> list[str]:
        return [s for s in self.sent if not s.startswith("GET ")]


def _otherwise(predicted: t.Any, result: t.Any) -> list[t.Any]:
    pairs = [*zip(predicted["objects"], result["objects"]), *zip(predicted["diff"], result["diff"])]
    return [pair for pair in pairs if pair[0] != pair[1]] or [predicted["summary"], result["summary"]]


def _manifests(objects: t.Sequence[t.Any]) -> t.Sequence[Manifest]:
    return objects if objects and isinstance(objects[0], Manifest) else from_definition(list(objects))


def named(result: t.Any, action: str) -> set[str]:
    """`Kind namespace/name` of the objects of a result that this has come to, but for the set's own."""
    return {
        f"{o['kind']} {o['namespace'] + '/' if o['namespace'] else ''}{o['name']}"
        for o in result["objects"]
        if o["action"] == action and o.get("note") != "parent of the apply set"
    }


def everything(plane: ControlPlane, groups: t.Container[str] | None = None) -> dict[str, Obj]:
    """Every object of the cluster by its name, without what the server keeps in it for itself."""
    with ThreadPoolExecutor(8) as threads:
        kinds = list(_kinds(plane, groups))
        lists = list(threads.map(lambda k: _items(plane, k[1]), kinds))
    return {_name(kind, o): _content(o) for (kind, _path), items in zip(kinds, lists, strict=True) for o in items}


def _items(plane: ControlPlane, path: str) -> list[Obj]:
    for _try in range(50):
        try:
            return t.cast("list[Obj]", plane.request("GET", path)["items"])
        except urllib.error.HTTPError as exc:
            if exc.code == 404:
                return []  # a kind that has gone since
            if exc.code != 429:
                raise
            time.sleep(0.1)  # a kind that has only just come
    raise AssertionError(f"{path} cannot be listed")


def _kinds(plane: ControlPlane, groups: t.Container[str] | None) -> t.Iterator[tuple[str, str]]:
    served = [("", "/api/v1")]
    for group in plane.request("GET", "/apis")["groups"]:
        served.append((group["name"], f"/apis/{group['preferredVersion']['groupVersion']}"))
    for group, path in served:
        if groups is not None and group not in groups:
            continue
        try:
            resources = plane.request("GET", path)["resources"]
        except urllib.error.HTTPError:
            continue  # an APIService with nobody behind it
        for resource in resources:
            if "list" in resource["verbs"] and resource["kind"] not in _BESIDE:
                yield resource["kind"], f"{path}/{resource['name']}"


def _name(kind: str, obj: Obj) -> str:
    namespace = obj["metadata"].get("namespace")
    return f"{kind} {namespace + '/' if namespace else ''}{obj['metadata']['name']}"


def _content(obj: Obj) -> Obj:
    metadata = {k: v for k, v in obj["metadata"].items() if k not in _SERVER}
    return {**{k: v for k, v in obj.items() if k not in _NO_ITEMS}, "metadata": metadata}
