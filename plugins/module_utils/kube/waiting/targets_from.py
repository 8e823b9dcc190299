# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads from a task's parameters which objects it means."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import UnknownKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

_DEFAULT_NAMESPACE = "default"


def targets_from(params: Params, discovery: Discovery, *, absent_ok: bool) -> t.List[Target]:
    """All targets of a task. `absent_ok`: where absence is the goal, a kind that is not served has no objects."""
    if params.get("kind"):
        wanted = [_by_options(params)]
    else:
        wanted = [_by_object(obj, params.get("namespace") or "") for obj in _objects(params)]
    targets = []
    for ref in wanted:
        resource = _resource(discovery, ref, absent_ok)
        if resource is not None:
            targets.append(_target(ref, resource, params))
    return targets


def _by_options(params: Params) -> ObjectRef:
    return ObjectRef(params["api_version"], params["kind"], params.get("namespace") or "", params.get("name") or "")


def _by_object(obj: t.Any, namespace: str) -> ObjectRef:
    """A manifest, or an entry of another task's `objects` (api_version, kind, namespace, name)."""
    if not isinstance(obj, t.Mapping):
        raise InputError(f"definition: expected objects, found {type(obj).__name__}.")
    flat = ObjectRef(*(str(obj.get(key) or "") for key in ("api_version", "kind", "namespace", "name")))
    ref = ObjectRef.from_object(obj) if "apiVersion" in obj or "metadata" in obj else flat
    if not (ref.api_version and ref.kind and ref.name):
        raise InputError(f"definition: an object needs its API version, kind and name; found {ref.as_result()}.")
    return ref if ref.namespace else ObjectRef(ref.api_version, ref.kind, namespace, ref.name)


def _objects(params: Params) -> t.List[t.Any]:
    given = params.get("definition")
    objects = given if isinstance(given, list) else [given]
    if not objects:
        raise InputError("definition is empty: there is nothing to wait for.")
    return objects


def _resource(discovery: Discovery, ref: ObjectRef, absent_ok: bool) -> t.Optional[Resource]:
    try:
        return discovery.resource_for(ref.api_version, ref.kind)
    except UnknownKind:
        if absent_ok:
            return None
        raise


def _target(ref: ObjectRef, resource: Resource, params: Params) -> Target:
    namespace = ref.namespace if resource.namespaced else ""
    if resource.namespaced and ref.name and not namespace:
        namespace = _DEFAULT_NAMESPACE
    placed = ObjectRef(ref.api_version, ref.kind, namespace, ref.name)
    if ref.name:
        return Target(placed, resource)
    labels = ",".join(params.get("label_selectors") or [])
    return Target(placed, resource, labels, ",".join(params.get("field_selectors") or []))
