# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the fields of custom kinds are shaped, as the server's schemas and the set's own CRDs say."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.openapi import schemas_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Obj, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.from_schema import shapes_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.from_crd import from_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schemas import Schemas


def custom_shapes(
    custom: t.Sequence[Obj], steps: t.Sequence[Step], client: KubeClient
) -> t.Dict[t.Tuple[str, str], Shapes]:
    """By apiVersion and kind of the objects `custom`."""
    schemas = schemas_for(client, custom)
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
