# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a set: asked for by label, in exactly the kinds and namespaces that the parent names."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Forbidden
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import Contents, GroupKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.metadata import list_metadata
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

_API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
_MANAGED_ENDPOINTS = ("endpoints.kubernetes.io/managed-by", "endpoints.kubernetes.io/last-change-trigger-time")


class Member(t.NamedTuple):
    """Its resource, and the object without its content."""

    resource: Resource
    obj: Obj

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef.from_object(self.obj)

    @property
    def uid(self) -> str:
        return str(self.obj["metadata"].get("uid") or "")


class Members(t.NamedTuple):
    """`unreachable`: kinds whose server does not answer now; they may have members."""

    found: t.List[Member]
    unreachable: t.FrozenSet[GroupKind]


def list_members(client: KubeClient, discovery: Discovery, opened: OpenSet) -> Members:
    """A kind that is no longer served has no members."""
    if not opened.exists or not opened.before.kinds:
        return Members([], frozenset())
    served = _preferred(discovery, opened.before.kinds)
    if len(served) < len(opened.before.kinds):
        discovery.refresh()
        served = _preferred(discovery, opened.before.kinds)
    missing = opened.before.kinds - served.keys()
    return Members(in_places(client, opened, _places(opened, served.values())), _unreachable(client, missing))


def in_places(client: KubeClient, opened: OpenSet, places: t.Sequence[t.Tuple[Resource, str]]) -> t.List[Member]:
    """The members among the objects of these collections; never the parent itself."""

    def ask(place: t.Tuple[Resource, str]) -> t.List[Member]:
        resource, namespace = place
        try:
            listed = list_metadata(client, resource, namespace, opened.identity.selector)
        except Forbidden as exc:
            exc.reword(f"The members of the apply set {opened.identity} cannot be looked for: {exc.message}")
            raise
        return [Member(resource, obj) for obj in listed if not _is_derived(obj) and not _is_parent(obj, opened)]

    # Some objects are served by two groups (Events): one member.
    return list({member.uid: member for members in run_all(ask, places) for member in members}.values())


def _preferred(discovery: Discovery, kinds: t.FrozenSet[GroupKind]) -> t.Dict[GroupKind, Resource]:
    """Of each kind the first version, which is the one that the server prefers."""
    found: t.Dict[GroupKind, Resource] = {}
    for resource in discovery.resources():
        key = (resource.group, resource.kind)
        listable = "list" in resource.verbs or not resource.verbs
        if key in kinds and key not in found and resource.plural and listable:
            found[key] = resource
    return found


def _places(opened: OpenSet, resources: t.Iterable[Resource]) -> t.List[t.Tuple[Resource, str]]:
    places = []
    for resource in resources:
        places += [(resource, n) for n in sorted(opened.namespaces)] if resource.namespaced else [(resource, "")]
    return places


def _is_parent(obj: Obj, opened: OpenSet) -> bool:
    """A parent may be a member of its set; it is the last to go, and never by pruning."""
    parent = opened.identity
    return ObjectRef.from_object(obj).key == (parent.group, parent.kind, parent.namespace, parent.name)


def _is_derived(obj: Obj) -> bool:
    """Controllers copy labels to what they make (a Service's to its EndpointSlices): that goes with its owner."""
    metadata = obj["metadata"]
    if any(owner.get("controller") for owner in metadata.get("ownerReferences") or []):
        return True
    marks = {**(metadata.get("labels") or {}), **(metadata.get("annotations") or {})}
    return obj["kind"] == "Endpoints" and any(mark in marks for mark in _MANAGED_ENDPOINTS)


def _unreachable(client: KubeClient, missing: t.AbstractSet[GroupKind]) -> t.FrozenSet[GroupKind]:
    """A kind whose definition is gone has no objects; one whose API server is only down has, and stays in the set."""
    if not missing:
        return frozenset()
    try:
        services = client.request("GET", _API_SERVICES).get("items") or []
    except ApiError:
        return frozenset()  # who may not know loses the annotation, not the object
    down = {s["spec"].get("group") or "" for s in services if not _available(s)}
    return frozenset(kind for kind in missing if kind[0] in down)


def _available(service: Obj) -> bool:
    conditions = (service.get("status") or {}).get("conditions") or []
    return any(c.get("type") == "Available" and c.get("status") == "True" for c in conditions)


def as_contents(kinds: t.FrozenSet[GroupKind], opened: OpenSet) -> Contents:
    """Kinds that may be anywhere in the set."""
    return Contents(kinds, opened.before.namespaces if kinds else frozenset())
