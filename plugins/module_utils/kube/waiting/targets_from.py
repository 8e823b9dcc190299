# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads from a task's parameters which objects it means."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, from_definition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import (
    AskCluster,
    manifests_of,
    read_texts,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.timeouts import own_timeout

_DEFAULT_NAMESPACE = "default"
_Wanted = t.Dict[ObjectRef, t.Optional[float]]


def targets_from(
    params: Params, context: TaskContext, discovery: Discovery, ask_cluster: AskCluster, *, absent_ok: bool
) -> t.List[Target]:
    """All targets of a task. `absent_ok`: where absence is the goal, a kind that is not served has no objects."""
    wanted: _Wanted = {_by_options(params): None}
    if not params.get("kind"):
        wanted = _by_definition(params, context, ask_cluster)
    targets = []
    for ref, timeout in wanted.items():
        resource = _resource(discovery, ref, absent_ok)
        if resource is not None:
            targets.append(_target(ref, resource, params, timeout))
    return targets


def _by_options(params: Params) -> ObjectRef:
    return ObjectRef(params["api_version"], params["kind"], params.get("namespace") or "", params.get("name") or "")


def _by_definition(params: Params, context: TaskContext, ask_cluster: AskCluster) -> _Wanted:
    """Manifests as k8s_apply takes them, or the `objects` that another task returned; each with its own timeout."""
    namespace = params.get("namespace") or ""
    given = params.get("definition")
    parts = given if isinstance(given, list) else [given] if given is not None else []
    manifests: t.List[Manifest] = []
    refs: _Wanted = {}
    for part in parts:
        if isinstance(part, t.Mapping) and "api_version" in part:
            refs[_by_result(part)] = None
        else:
            manifests += from_definition(part)
    for source in read_texts(params, context, ask_cluster):
        manifests += manifests_of(source)
    for m in manifests:
        ref = m.ref if m.ref.namespace else replace(m.ref, namespace=m.default_namespace or namespace)
        refs[ref] = own_timeout(m.obj, m.place)
    if not refs:
        raise InputError("definition and src hold no object: there is nothing to wait for.")
    return refs


def _by_result(entry: t.Mapping[str, t.Any]) -> ObjectRef:
    ref = ObjectRef(*(str(entry.get(key) or "") for key in ("api_version", "kind", "namespace", "name")))
    if not (ref.kind and ref.name):
        raise InputError(f"definition: an entry with api_version needs kind and name too; found {ref.as_result()}.")
    return ref


def _resource(discovery: Discovery, ref: ObjectRef, absent_ok: bool) -> t.Optional[Resource]:
    try:
        return discovery.resource_for(ref.api_version, ref.kind)
    except UnknownKind:
        if absent_ok:
            return None
        raise


def _target(ref: ObjectRef, resource: Resource, params: Params, timeout: t.Optional[float]) -> Target:
    namespace = ref.namespace if resource.namespaced else ""
    if resource.namespaced and ref.name and not namespace:
        namespace = _DEFAULT_NAMESPACE
    placed = ObjectRef(ref.api_version, ref.kind, namespace, ref.name)
    if ref.name:
        return Target(placed, resource, timeout=timeout)
    labels = ",".join(params.get("label_selectors") or [])
    return Target(placed, resource, labels, ",".join(params.get("field_selectors") or []), timeout)
