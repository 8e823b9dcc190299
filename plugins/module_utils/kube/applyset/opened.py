# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A set that a task works on: its parent found and read, or refused. Writes nothing."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import Contents, marks, read_parent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import (
    IS_PARENT_TYPE,
    Identity,
    ParentName,
    parse_parent,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.metadata import find_metadata
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Place

Obj = t.Dict[str, t.Any]
_DEFAULT_NAMESPACE = "default"
_CRDS = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


@dataclass
class OpenSet:
    """One set in the hands of one task. `before` is what the parent said, `now` what we have written since."""

    identity: Identity
    resource: Resource
    before: Contents
    now: Contents
    #: The parent for the task's result: what became of it, or (`foresee`) would.
    step: Step
    #: A Secret or ConfigMap, which tools make for themselves; another kind is the user's.
    own: bool = True
    #: Of the parent that we have written.
    uid: str = ""

    @property
    def exists(self) -> bool:
        return self.step.before is not None

    @property
    def namespaces(self) -> t.FrozenSet[str]:
        """Where members were before."""
        own = {self.identity.namespace} if self.identity.namespace else set()
        return self.before.namespaces | own


def open_set(client: KubeClient, discovery: Discovery, asked: str, namespace: str) -> OpenSet:
    """Reads the parent that `apply_set` names (in `namespace`, empty: default). Writes nothing."""
    name = parse_parent(asked)
    resource = _resource_of(client, discovery, name)
    place = (namespace or _DEFAULT_NAMESPACE) if resource.namespaced else ""
    identity = Identity(name.name, place, resource.kind, resource.group)
    live = find_metadata(client, resource, name.name, place)
    if live is None and not name.built_in:
        raise InputError(
            f"The parent of the apply set {identity} is not there; only Secrets and ConfigMaps are made by this task. "
            "Create it first."
        )
    contents = Contents() if live is None else read_parent(live, identity, discovery.resources)
    step = Step(Manifest(live or parent_body(identity, resource, contents), Place("apply_set")), resource, before=live)
    step.after, step.note = live, "parent of the apply set"
    return OpenSet(identity, resource, contents, contents, step, own=name.built_in)


def parent_body(identity: Identity, resource: Resource, contents: Contents) -> Obj:
    metadata = {"name": identity.name, **marks(contents, identity)}
    if identity.namespace:
        metadata["namespace"] = identity.namespace
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata}


def _resource_of(client: KubeClient, discovery: Discovery, name: ParentName) -> Resource:
    found = _served(discovery, name)
    if found is None:
        discovery.refresh()
        found = _served(discovery, name)
    if found is None:
        raise InputError(
            f"apply_set: the cluster serves no resource {name.resource}.{name.group}; check its plural and group, or "
            "use a Secret: secret/NAME."
        )
    if not name.built_in and not _may_be_parent(client, discovery, name):
        raise InputError(
            f"apply_set: {found.kind} ({name.group}) is no kind for parents of apply sets; label its "
            f"CustomResourceDefinition with {IS_PARENT_TYPE}=true, or use a Secret: secret/NAME."
        )
    return found


def _served(discovery: Discovery, name: ParentName) -> t.Optional[Resource]:
    """The preferred version comes first."""
    for resource in discovery.resources():
        if resource.group == name.group and name.resource in (resource.plural, resource.kind.lower()):
            return resource
    return None


def _may_be_parent(client: KubeClient, discovery: Discovery, name: ParentName) -> bool:
    definitions = discovery.resource_for(*_CRDS)
    resource = _served(discovery, name)
    plural = resource.plural if resource else name.resource
    found = find_metadata(client, definitions, f"{plural}.{name.group}", "")
    return found is not None and IS_PARENT_TYPE in (found["metadata"].get("labels") or {})
