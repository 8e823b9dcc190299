# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects without what is in them: their metadata is all that pruning needs, and no Secret is read for it."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import LAST_APPLIED

Obj = t.Dict[str, t.Any]
_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_ONE = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
_PAGE = "500"


def find_metadata(client: KubeClient, resource: Resource, name: str, namespace: str) -> t.Optional[Obj]:
    """None: there is no such object."""
    try:
        return _named(resource, client.request("GET", resource.path(namespace, name), accept=_ONE))
    except NotFound:
        return None


def list_metadata(client: KubeClient, resource: Resource, namespace: str, selector: str) -> t.List[Obj]:
    """All pages. Of a kind that is no longer served: nothing."""
    found: t.List[Obj] = []
    query = {"labelSelector": selector, "limit": _PAGE}
    while True:
        try:
            page = client.request("GET", resource.path(namespace), query=query, accept=_LIST)
        except NotFound:
            return found
        found += [_named(resource, item) for item in page.get("items") or []]
        following = (page.get("metadata") or {}).get("continue")
        if not following:
            return found
        query = {**query, "continue": following}


def _named(resource: Resource, item: Obj) -> Obj:
    """The server says PartialObjectMetadata of each: we know better.

    Without who owns which field, which is most of it, and without the copy of the whole object (of a Secret, too) that
    `kubectl apply` keeps.
    """
    metadata = {k: v for k, v in (item.get("metadata") or {}).items() if k != "managedFields"}
    if LAST_APPLIED in (metadata.get("annotations") or {}):
        metadata["annotations"] = {k: v for k, v in metadata["annotations"].items() if k != LAST_APPLIED}
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata}
