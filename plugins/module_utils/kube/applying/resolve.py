# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests -> steps: the API resource of each, and its namespace."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, refuse_duplicates

_DEFAULT_NAMESPACE = "default"
_Defined = t.Dict[t.Tuple[str, str], Resource]


def resolve(
    manifests: t.Sequence[Manifest], discovery: Discovery, namespace: str = "", *, unknown_ok: bool = False
) -> t.List[Step]:
    """`unknown_ok`: a kind that the cluster does not know has no objects, which is fine for who deletes them."""
    defined = _defined_here(manifests)
    steps, unknown = [], []
    for manifest in manifests:
        try:
            step = _step(manifest, discovery, defined)
        except UnknownKind as exc:
            if not unknown_ok:
                unknown.append(f"{manifest.place.at()}: {manifest.ref}: {exc.message}")
                continue
            step = Step(manifest, _unserved(manifest.ref), kind_is_new=True)
        steps.append(_placed(step, manifest.default_namespace or namespace or _DEFAULT_NAMESPACE))
    if unknown:
        raise InputError(" ".join(unknown))
    refuse_duplicates(step.manifest for step in steps)
    return steps


def _step(manifest: Manifest, discovery: Discovery, defined: _Defined) -> Step:
    ref = manifest.ref
    known = discovery.find(ref.api_version, ref.kind)
    if known is not None:
        return Step(manifest, known)
    if (ref.api_version, ref.kind) in defined:
        return Step(manifest, defined[ref.api_version, ref.kind], kind_is_new=True)
    return Step(manifest, discovery.resource_for(ref.api_version, ref.kind))


def _placed(step: Step, namespace: str) -> Step:
    """Objects of the whole cluster have no namespace, even if the manifest says so."""
    if not step.resource.namespaced:
        step.manifest = step.manifest.in_namespace("")
    elif not step.manifest.ref.namespace:
        step.manifest = step.manifest.in_namespace(namespace)
    return step


def _defined_here(manifests: t.Iterable[Manifest]) -> _Defined:
    """The kinds that CustomResourceDefinitions among these manifests are about to define."""
    found: _Defined = {}
    for manifest in manifests:
        if not is_crd(manifest.ref.group, manifest.ref.kind):
            continue
        for resource in _resources_of(manifest.obj.get("spec")):
            found[resource.api_version, resource.kind] = resource
    return found


def _resources_of(spec: t.Any) -> t.Iterator[Resource]:
    """Nothing where the definition is malformed: the server says what is wrong with it."""
    names = spec.get("names") if isinstance(spec, dict) else None
    if not isinstance(names, dict) or not isinstance(spec.get("versions"), list):
        return
    for version in spec["versions"]:
        if isinstance(version, dict) and version.get("served", True):
            yield Resource(
                str(spec.get("group")),
                str(version.get("name")),
                str(names.get("kind")),
                str(names.get("plural")),
                spec.get("scope") == "Namespaced",
            )


def _unserved(ref: ObjectRef) -> Resource:
    group, _slash, version = ref.api_version.rpartition("/")
    return Resource(group, version, ref.kind, "", bool(ref.namespace))
