# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests -> steps that can be planned: placed, versioned, labelled, and checked by the schemas at hand."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.openapi import schemas_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.precheck import precheck
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CREATED, FAILED, SENT, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.validate import told
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import Identity
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import label_members
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.builtin import is_builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.from_schema import shapes_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.checksum import add_checksums
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.rewrite import version_manifests
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.timeouts import own_timeout


def steps_for(manifests: t.Sequence[Manifest], cluster: Cluster, apply_set: t.Optional[Identity]) -> t.List[Step]:
    """One step an object, as it will be sent. Mistakes that need no server are told here."""
    steps = resolve(manifests, cluster.discovery, cluster.namespace)
    placed = [step.manifest for step in steps]
    if apply_set is not None:
        placed = label_members(placed, apply_set)
    placed = version_manifests(placed, everything=bool(cluster.params.get("versioned")))
    if cluster.params.get("checksum"):
        placed = add_checksums(placed)
    for step, manifest in zip(steps, placed):
        step.manifest = manifest
    return steps


def check_fields(steps: t.Sequence[Step], cluster: Cluster, written: t.Sequence[Manifest]) -> None:
    """What the schemas refuse fails before anything is sent. Only what changes is looked at: the rest is there.

    `written`: the manifests as the user wrote them, in the order of the steps.
    """
    todo = [(step, manifest) for step, manifest in zip(steps, written) if step.action in SENT]
    if not todo:
        return
    schemas = schemas_for(cluster.client, [manifest.obj for _step, manifest in todo])
    new = {s.manifest.ref.name for s in steps if s.group_kind == ("", "Namespace") and s.action == CREATED}
    for whole in (True, False):
        # Where the server cannot be asked before, an object must be complete: nobody else tells in time.
        some = [(s, m) for s, m in todo if whole == (s.kind_is_new or s.manifest.ref.namespace in new)]
        objs = [manifest.obj for _step, manifest in some]
        found = precheck(cluster.client, cluster.discovery, schemas, objs, whole=whole) if objs else []
        for (step, manifest), problems in zip(some, found):
            if problems:
                step.action, step.error = FAILED, told(manifest, problems)


def check_timeouts(manifests: t.Iterable[Manifest]) -> None:
    """A time that nobody can read is told before anything is sent."""
    for manifest in manifests:
        own_timeout(manifest.obj, manifest.place.at("metadata.annotations"))


def shapes_for(steps: t.Sequence[Step], cluster: Cluster) -> t.Dict[t.Tuple[str, str], Shapes]:
    """Of custom kinds that the server has: which of their fields are one value, which have owners inside."""
    custom = [s.manifest.obj for s in steps if not s.kind_is_new and not is_builtin(s.manifest.ref.api_version)]
    if not custom:
        return {}
    schemas = schemas_for(cluster.client, custom)
    found: t.Dict[t.Tuple[str, str], Shapes] = {}
    kinds = {(str(obj["apiVersion"]), str(obj["kind"])) for obj in custom}
    _learn_unpublished(schemas, {kind for kind in kinds if schemas.for_kind(*kind) is None}, steps)
    for kind in kinds:
        schema = schemas.for_kind(*kind)
        shapes = shapes_of(schema) if schema else None
        if shapes:
            found[kind] = shapes
    return found


def _learn_unpublished(schemas: Schemas, kinds: t.Set[t.Tuple[str, str]], steps: t.Iterable[Step]) -> None:
    """The server publishes what a CRD says a moment after it serves the kind: until then the set's own CRD says it."""
    for step in steps if kinds else ():
        if is_crd(*step.group_kind):
            defined = from_crd(step.manifest.obj, schemas.object_meta())
            schemas.add({kind: schema for kind, schema in defined.items() if kind in kinds})


def normalise(steps: t.Iterable[Step]) -> None:
    """What is compared with the cluster, and sent."""
    for step in steps:
        step.manifest = replace(step.manifest, obj=normalised(step.manifest.obj))
