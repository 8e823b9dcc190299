# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives ConfigMaps and Secrets the names of their contents, and follows them wherever the set refers to them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import (
    VERSIONED,
    as_version,
    has_fixed_name,
    is_config,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import DEFAULT_RULES, Rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.walk import names_at, renamed

_DEFAULT_NAMESPACE = "default"
#: (kind, namespace, name) of a ConfigMap or Secret.
Key = t.Tuple[str, str, str]
_CHOICES = {"true": True, "false": False}


def version_manifests(
    manifests: t.Sequence[Manifest], namespace: str = "", *, everything: bool = False, rules: Rules = DEFAULT_RULES
) -> t.List[Manifest]:
    """The manifests with versions in place of what is to be versioned; their places stay.

    `namespace`: of objects that name none. `everything`: all that something in the set refers to; what nothing
    refers to is found by its name, by readers that we do not know, and keeps it unless annotated.
    """
    home = namespace or _DEFAULT_NAMESPACE
    referred = _referred(manifests, home, rules) if everything else set()
    versions: t.Dict[Key, str] = {}
    placed: t.List[Manifest] = []
    for manifest in manifests:
        chosen = manifest
        if _is_wanted(manifest, home, referred):
            chosen = as_version(manifest, space_of(manifest, home))
            versions[key_of(manifest, home)] = chosen.ref.name
        placed.append(chosen)
    return [_follow(m, versions, home, rules) for m in placed] if versions else placed


def space_of(manifest: Manifest, home: str) -> str:
    return manifest.ref.namespace or home


def key_of(manifest: Manifest, home: str) -> Key:
    return manifest.ref.kind, space_of(manifest, home), manifest.ref.name


def references_of(manifest: Manifest, home: str, rules: Rules) -> t.Set[Key]:
    """What an object refers to."""
    space = space_of(manifest, home)
    group_kind = (manifest.ref.group, manifest.ref.kind)
    return {(r.target, space, name) for r in rules.of(group_kind) for name in names_at(manifest.obj, r, space)}


def _referred(manifests: t.Iterable[Manifest], home: str, rules: Rules) -> t.Set[Key]:
    return {key for manifest in manifests for key in references_of(manifest, home, rules)}


def _is_wanted(manifest: Manifest, home: str, referred: t.Set[Key]) -> bool:
    if not is_config(manifest.obj):
        return False
    said = _said(manifest)
    if said is not None:
        return said
    return key_of(manifest, home) in referred and not has_fixed_name(manifest.obj)


def _said(manifest: Manifest) -> t.Optional[bool]:
    """By the object's annotation; None: it says nothing."""
    annotations = manifest.obj["metadata"].get("annotations")
    value = annotations.get(VERSIONED) if isinstance(annotations, dict) else None
    if value is None:
        return None
    if str(value).lower() not in _CHOICES:
        raise InputError(
            f"{manifest.place.at('metadata.annotations.' + VERSIONED)}: {manifest.ref}: the annotation {VERSIONED} is "
            f'\'{value}\'; write "true" or "false".'
        )
    return _CHOICES[str(value).lower()]


def _follow(manifest: Manifest, versions: t.Mapping[Key, str], home: str, rules: Rules) -> Manifest:
    obj, space = manifest.obj, space_of(manifest, home)
    for reference in rules.of((manifest.ref.group, manifest.ref.kind)):

        def rename(name: str, target: str = reference.target) -> str:
            return versions.get((target, space, name), name)

        obj = renamed(obj, reference, space, rename)
    return manifest if obj is manifest.obj else Manifest(obj, manifest.place)
