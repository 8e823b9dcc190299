# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas that are at hand: of the server's OpenAPI documents, and of CRDs that are new in this set. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.problem import Problem
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.check import check
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import Schema, Types
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import CORE, CUSTOM, OTHER, Slim

Obj = t.Mapping[str, t.Any]


class Schemas:
    """By kind. Nothing is known of kinds without a schema, and nothing is said of their objects."""

    def __init__(self, documents: t.Optional[t.Mapping[str, Slim]] = None) -> None:
        """`documents`: by apiVersion, as slim_document returns them."""
        self._kinds: t.Dict[t.Tuple[str, str], Schema] = {}
        #: Those of CRDs as the server publishes them: some time after they were changed.
        self.published: t.Set[t.Tuple[str, str]] = set()
        for api_version, document in (documents or {}).items():
            if document["source"] == OTHER:
                continue
            types = Types(document["types"], core=document["source"] == CORE)
            for kind, name in document["kinds"].items():
                self._kinds[api_version, kind] = types.named(name)
                if document["source"] == CUSTOM:
                    self.published.add((api_version, kind))

    def for_kind(self, api_version: str, kind: str) -> t.Optional[Schema]:
        return self._kinds.get((api_version, kind))

    def add(self, schemas: t.Mapping[t.Tuple[str, str], Schema]) -> None:
        """(apiVersion, kind) -> schema, as of from_crd. They win over what the server has."""
        self._kinds.update(schemas)
        self.published -= schemas.keys()

    def object_meta(self) -> t.Optional[Schema]:
        """The schema of `metadata`, the same for all kinds."""
        for schema in self._kinds.values():
            metadata = schema.fields.get("metadata")
            if metadata and "labels" in metadata.fields:
                return metadata
        return None

    def check(self, obj: Obj, *, whole: bool = False) -> t.List[Problem]:
        """See check.check; nothing for kinds without a schema."""
        schema = self.for_kind(str(obj.get("apiVersion")), str(obj.get("kind")))
        return check(obj, schema, whole=whole) if schema else []
