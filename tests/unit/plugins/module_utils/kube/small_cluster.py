# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server in memory, with just enough of its ways for plans and their execution."""

from __future__ import annotations

import copy
import threading
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import AlreadyExists, NotFound, api_error

Obj = t.Dict[str, t.Any]
KINDS = [
    Resource("", "v1", "Namespace", "namespaces", False),
    Resource("", "v1", "ConfigMap", "configmaps", True),
    Resource("", "v1", "Secret", "secrets", True),
    Resource("apps", "v1", "Deployment", "deployments", True),
    Resource("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", False),
]


class KnownKinds(Discovery):
    """Nothing new comes up."""

    def refresh(self) -> None:
        return


class SmallCluster:
    """Objects by path; `writes` are the requests that changed something, in their order."""

    def __init__(self) -> None:
        self.objects: dict[str, Obj] = {}
        self.writes: list[str] = []
        self.requests: list[str] = []
        self._versions = 1
        #: path -> what asking for it (dry runs included) raises.
        self.refuses: dict[str, SlipwayError] = {}
        self.refuses_writes: dict[str, SlipwayError] = {}
        self._lock = threading.Lock()
        self.discovery = KnownKinds(t.cast(t.Any, self), {(r.api_version, r.kind): r for r in KINDS})
        for name in ("default", "n"):
            self.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def add(self, obj: Obj, manager: str = "slipway") -> None:
        resource = self.discovery.resource_for(obj["apiVersion"], obj["kind"])
        metadata = obj["metadata"]
        self.objects[resource.path(metadata.get("namespace", ""), metadata["name"])] = _stored(obj, manager, 1)

    def find(self, resource: Resource, name: str, namespace: str = "") -> t.Optional[Obj]:
        path = self._ask("GET", resource.path(namespace, name))
        return copy.deepcopy(self.objects.get(path))

    def request(self, method: str, path: str, **_options: t.Any) -> Obj:
        """Namespaces, and no schemas."""
        found = self.objects.get(self._ask(method, path))
        if found is None:
            raise NotFound(f"{path} not found", status=404)
        return copy.deepcopy(found)

    def page(self, resource: Resource, namespace: str = "", *, limit: int, query: t.Any = None) -> Obj:
        assert not query
        path = self._ask("LIST", resource.path(namespace))
        items = [copy.deepcopy(o) for p, o in sorted(self.objects.items()) if p.startswith(path + "/")]
        return {"metadata": {"continue": "more"} if len(items) > limit else {}, "items": items[:limit]}

    def create(self, resource: Resource, obj: Obj, *, dry_run: bool, validation: str) -> Obj:
        assert dry_run and validation == "Strict"
        metadata = obj["metadata"]
        path = self._ask("POST", resource.path(metadata.get("namespace", ""), metadata["name"]))
        if path in self.objects:
            raise AlreadyExists("there is one", status=409)
        return obj

    def apply(
        self, resource: Resource, obj: Obj, *, field_manager: str, force: bool, validation: str, dry_run: bool = False
    ) -> Obj:
        namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
        path = self._ask("PATCH", resource.path(namespace, name), write=not dry_run)
        if namespace and f"/api/v1/namespaces/{namespace}" not in self.objects:
            raise NotFound(f'namespaces "{namespace}" not found', status=404)
        with self._lock:
            live = self.objects.get(path)
            self._versions += 1
            found = _stored({**(live or {}), **obj}, field_manager, self._versions)
            if live is not None and (dry_run or _same(found, live)):
                found["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
            if not dry_run:
                self.objects[path] = found
            return copy.deepcopy(found)

    def delete(self, resource: Resource, name: str, namespace: str = "", *, uid: str = "") -> Obj:
        path = self._ask("DELETE", resource.path(namespace, name), write=True)
        if path not in self.objects:
            raise NotFound("gone", status=404)
        return self.objects.pop(path)

    def _ask(self, method: str, path: str, write: bool = False) -> str:
        with self._lock:
            self.requests.append(f"{method} {path}")
            refusal = (self.refuses_writes.get(path) if write else None) or self.refuses.get(path)
            if refusal is not None:
                raise refusal
            if write:
                self.writes.append(path.rsplit("/", 2)[-2] + "/" + path.rsplit("/", 1)[-1])
        return path


def _same(one: Obj, other: Obj) -> bool:
    """But for the version."""
    first, second = ({**o, "metadata": {**o["metadata"], "resourceVersion": ""}} for o in (one, other))
    return first == second


def _stored(obj: Obj, manager: str, version: int) -> Obj:
    metadata = {
        **obj["metadata"],
        "uid": "u",
        "resourceVersion": str(version),
        "managedFields": [
            {
                "manager": manager,
                "operation": "Apply",
                "apiVersion": obj["apiVersion"],
                "fieldsType": "FieldsV1",
                "fieldsV1": _fields(obj),
            }
        ],
    }
    return {**obj, "metadata": metadata}


def _fields(obj: Obj) -> Obj:
    return {
        f"f:{k}": {f"f:{inner}": {} for inner in obj[k]}
        for k in sorted(obj)
        if k not in ("apiVersion", "kind", "metadata")
    }


def refusal(message: str, status: int = 422) -> SlipwayError:
    return api_error(status, {"message": message}, "a test")


def namespace(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def config_map(name: str, space: str = "n", **data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": space}, "data": data}


def deployment(name: str, space: str = "n") -> Obj:
    metadata = {"name": name, "namespace": space}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"replicas": 1}}
