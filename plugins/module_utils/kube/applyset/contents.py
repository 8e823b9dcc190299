# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds and namespaces a set reaches, and how the parent says so. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import (
    CONTAINS_KINDS,
    CONTAINS_RESOURCES,
    MORE_NAMESPACES,
    OUR_TOOLING,
    PARENT_ID,
    TOOLING,
    Identity,
    refuse_foreign_tool,
)

Obj = t.Dict[str, t.Any]
GroupKind = t.Tuple[str, str]


@dataclass(frozen=True)
class Contents:
    """Kinds (group, kind), and namespaces besides the parent's own."""

    kinds: t.FrozenSet[GroupKind] = frozenset()
    namespaces: t.FrozenSet[str] = frozenset()

    def __or__(self, other: Contents) -> Contents:
        return Contents(self.kinds | other.kinds, self.namespaces | other.namespaces)


def contents_of(steps: t.Iterable[Step], identity: Identity) -> Contents:
    """What a set of these objects reaches."""
    kinds, namespaces = set(), set()
    for step in steps:
        kinds.add(step.group_kind)
        if step.resource.namespaced:
            namespaces.add(step.manifest.ref.namespace)
    return Contents(frozenset(kinds), frozenset(namespaces - {"", identity.namespace}))


def read_parent(parent: Obj, identity: Identity, resources: t.Callable[[], t.Iterable[Resource]]) -> Contents:
    """What a parent says of its set. Refuses what is no parent, and what belongs to others."""
    metadata = parent.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    if TOOLING not in annotations:
        raise InputError(
            f"{identity.kind} {_place(identity)} is there and is no parent of an apply set. Give apply_set another "
            f"name; or, to make it a parent, label it {PARENT_ID}={identity.id} and annotate it with "
            f"{TOOLING}={OUR_TOOLING} and an empty {CONTAINS_KINDS}."
        )
    refuse_foreign_tool(identity, annotations[TOOLING])
    if labels.get(PARENT_ID) != identity.id:
        raise InputError(
            f"The parent of the apply set {identity} has the label {PARENT_ID}={labels.get(PARENT_ID)}, which is not "
            f"its own ({identity.id}): it was copied or renamed. Correct the label, or delete the parent."
        )
    namespaces = frozenset(_split(annotations.get(MORE_NAMESPACES))) - {identity.namespace}
    return Contents(_kinds(annotations, identity, resources), namespaces)


def _kinds(
    annotations: t.Mapping[str, str], identity: Identity, resources: t.Callable[[], t.Iterable[Resource]]
) -> t.FrozenSet[GroupKind]:
    if CONTAINS_KINDS in annotations:
        return frozenset(parse_kind(text) for text in _split(annotations[CONTAINS_KINDS]))
    if CONTAINS_RESOURCES in annotations:
        names = set(_split(annotations[CONTAINS_RESOURCES]))
        return frozenset(
            (r.group, r.kind) for r in resources() if ".".join(p for p in (r.plural, r.group) if p) in names
        )
    raise InputError(
        f"The parent of the apply set {identity} does not say which kinds it contains. Annotate it with "
        f"{CONTAINS_KINDS}, as 'ConfigMap,Deployment.apps' (empty for a new set)."
    )


def marks(contents: Contents, identity: Identity, tooling: str = OUR_TOOLING) -> t.Dict[str, t.Dict[str, str]]:
    """The labels and annotations of a parent."""
    kinds = ",".join(sorted(kind_name(k) for k in contents.kinds))
    return {
        "labels": {PARENT_ID: identity.id},
        "annotations": {
            TOOLING: tooling,
            CONTAINS_KINDS: kinds,
            MORE_NAMESPACES: ",".join(sorted(contents.namespaces)),
        },
    }


def kind_name(kind: GroupKind) -> str:
    """`Deployment.apps`, `ConfigMap`."""
    return ".".join(part for part in reversed(kind) if part)


def parse_kind(text: str) -> GroupKind:
    kind, _dot, group = text.strip().partition(".")
    return group, kind


def _split(text: t.Optional[str]) -> t.List[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _place(identity: Identity) -> str:
    return f"{identity.namespace}/{identity.name}" if identity.namespace else identity.name
