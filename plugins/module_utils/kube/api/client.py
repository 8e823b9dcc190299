# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Kubernetes API by verbs, on plain dicts."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import options_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import open_pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import READ_TIMEOUT, Http
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.watch import read_events

Obj = t.Dict[str, t.Any]
Query = t.Dict[str, str]

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
_PATCHES = {"merge": MERGE, "json": JSON_PATCH, "strategic": STRATEGIC}
_PAGE = 500
#: A controller wrote while the server applied: not a conflict of owners, only bad luck.
_RACE_LOST = "the object has been modified"
_RACES = 4


def connect(params: Params, context: TaskContext) -> KubeClient:
    """The client for the cluster that a task's options and environment name."""
    return KubeClient(Http(open_pool(options_from(params, context.env), context.env)))


class KubeClient:
    """One cluster. All methods may be called from many threads. Failures: see errors.py."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def server(self) -> str:
        return self._http.server

    @property
    def identity(self) -> str:
        """Which server, and how we know that it is the one: the key of what may be remembered of it."""
        return self._http.identity

    def request(
        self,
        method: str,
        path: str,
        *,
        query: t.Optional[Query] = None,
        body: t.Any = None,
        content_type: t.Optional[str] = None,
        accept: str = "application/json",
        read_timeout: float = READ_TIMEOUT,
        retry_busy: bool = True,
    ) -> Obj:
        """Any request whose answer is JSON. Without `retry_busy` a 429 is raised at once, as an ApiError."""
        response = self._http.send(
            method,
            path,
            query=query,
            body=body,
            content_type=content_type,
            accept=accept,
            read_timeout=read_timeout,
            retry_busy=retry_busy,
        )
        return _object_of(response, f"{method} {path}")

    def request_unless(self, path: str, etag: str, *, accept: str) -> t.Tuple[t.Optional[Obj], str]:
        """What is at `path`, and its ETag; None where it is still what had the ETag that is given."""
        response = self._http.send("GET", path, accept=accept, etag=etag)
        body = _object_of(response, f"GET {path}") if response.data else None
        return body, str(response.headers.get("ETag") or "")

    def get(self, resource: Resource, name: str, namespace: str = "", subresource: str = "") -> Obj:
        return self.request("GET", resource.path(namespace, name, subresource))

    def find(self, resource: Resource, name: str, namespace: str = "") -> t.Optional[Obj]:
        """As get; None where there is no such object."""
        try:
            return self.get(resource, name, namespace)
        except NotFound:
            return None

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        page: int = _PAGE,
    ) -> Obj:
        """All pages as one List: `items` (each with apiVersion and kind), `metadata.resourceVersion` of the first."""
        query = _selectors(label_selector, field_selector)
        answer = self.page(resource, namespace, limit=page, query=query)
        following = answer["metadata"].get("continue")
        while following:
            more = self.page(resource, namespace, limit=page, query={**query, "continue": following})
            answer["items"].extend(more["items"])
            following = more["metadata"].get("continue")
        return answer

    def page(self, resource: Resource, namespace: str = "", *, limit: int, query: t.Optional[Query] = None) -> Obj:
        """One page of a list; `metadata.continue` says that there is more."""
        answer = self.request("GET", resource.path(namespace), query={**(query or {}), "limit": str(limit)})
        named = {"apiVersion": resource.api_version, "kind": resource.kind}
        return {**answer, "items": [{**named, **item} for item in answer.get("items") or []]}

    def apply(
        self,
        resource: Resource,
        obj: Obj,
        *,
        field_manager: str,
        force: bool = False,
        dry_run: bool = False,
        validation: str = "",
    ) -> Obj:
        """Server-side apply. `validation`: what to do about unknown fields (Strict, Warn or Ignore)."""
        query = {"fieldManager": field_manager, "force": "true" if force else "false", **_dry(dry_run)}
        if validation:
            query["fieldValidation"] = validation
        for _race in range(_RACES):
            try:
                return self.request("PATCH", _path_of(resource, obj), query=query, body=obj, content_type=APPLY)
            except Conflict as exc:
                if _RACE_LOST not in exc.message:
                    raise
        return self.request("PATCH", _path_of(resource, obj), query=query, body=obj, content_type=APPLY)

    def create(
        self, resource: Resource, obj: Obj, *, field_manager: str = "", dry_run: bool = False, validation: str = ""
    ) -> Obj:
        query = {**_manager(field_manager), **_dry(dry_run)}
        if validation:
            query["fieldValidation"] = validation
        namespace = (obj.get("metadata") or {}).get("namespace") or ""
        return self.request("POST", resource.path(namespace), query=query, body=obj)

    def replace(self, resource: Resource, obj: Obj, *, field_manager: str = "", dry_run: bool = False) -> Obj:
        """PUT: with the resourceVersion that you read, or another's change is lost."""
        query = {**_manager(field_manager), **_dry(dry_run)}
        return self.request("PUT", _path_of(resource, obj), query=query, body=obj)

    def patch(
        self,
        resource: Resource,
        name: str,
        namespace: str,
        body: t.Any,
        *,
        kind: str = "merge",
        field_manager: str = "",
        dry_run: bool = False,
        subresource: str = "",
    ) -> Obj:
        """`kind`: merge, json or strategic."""
        path = resource.path(namespace, name, subresource)
        query = {**_manager(field_manager), **_dry(dry_run)}
        return self.request("PATCH", path, query=query, body=body, content_type=_PATCHES[kind])

    def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        propagation: str = "Background",
        dry_run: bool = False,
        uid: str = "",
    ) -> Obj:
        """`uid`: delete only this very object, not one that has taken its name since."""
        options: Obj = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if uid:
            options["preconditions"] = {"uid": uid}
        return self.request("DELETE", resource.path(namespace, name), query=_dry(dry_run), body=options)

    def watch(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        resource_version: str = "",
        label_selector: str = "",
        field_selector: str = "",
        timeout: float = 60.0,
    ) -> t.Iterator[t.Tuple[str, Obj]]:
        """(ADDED | MODIFIED | DELETED | BOOKMARK, object), until the server ends the watch after `timeout` seconds.

        Raises Gone where `resource_version` is too old (list again), Unreachable where the connection breaks.
        """
        query = _selectors(label_selector, field_selector)
        query.update(watch="true", allowWatchBookmarks="true", timeoutSeconds=str(max(1, int(timeout))))
        if resource_version:
            query["resourceVersion"] = resource_version
        response = self._http.send("GET", resource.path(namespace), query=query, stream=True, read_timeout=timeout + 15)
        return read_events(response, self.server)

    def get_text(self, path: str, query: t.Optional[Query] = None) -> str:
        """An answer that is not JSON, as a pod's log."""
        response = self._http.send("GET", path, query=query, accept="*/*")
        return bytes(response.data).decode("utf-8", "replace")


def _path_of(resource: Resource, obj: Obj) -> str:
    metadata = obj.get("metadata") or {}
    return resource.path(metadata.get("namespace") or "", metadata.get("name") or "")


def _object_of(response: t.Any, doing: str) -> Obj:
    """A login page, or whatever else stands before the server, is no answer of it."""
    try:
        found = json.loads(response.data or b"{}")
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    raise ApiError(f"the answer to {doing} is not one of Kubernetes", status=int(response.status))


def _selectors(label_selector: str, field_selector: str) -> Query:
    pairs = {"labelSelector": label_selector, "fieldSelector": field_selector}
    return {k: v for k, v in pairs.items() if v}


def _dry(dry_run: bool) -> Query:
    return {"dryRun": "All"} if dry_run else {}


def _manager(field_manager: str) -> Query:
    return {"fieldManager": field_manager} if field_manager else {}
