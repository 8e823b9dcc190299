# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas that a CustomResourceDefinition's manifest defines, before any server has it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.schema import Schema, Types
from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.slim import slim_schema

Kind = t.Tuple[str, str]
_TEXT = {"type": "string"}


def is_crd(obj: t.Mapping[str, t.Any]) -> bool:
    """Of the only version whose schemas are structural for sure."""
    return obj.get("apiVersion") == "apiextensions.k8s.io/v1" and obj.get("kind") == "CustomResourceDefinition"


def from_crd(crd: t.Mapping[str, t.Any], object_meta: t.Optional[Schema] = None) -> t.Dict[Kind, Schema]:
    """(apiVersion, kind) -> schema for each served version. What is wrong with the CRD itself is not said here.

    `object_meta`: as Schemas.object_meta returns it; without it metadata is not checked.
    """
    spec = _mapping(crd.get("spec"))
    group, kind = spec.get("group"), _mapping(spec.get("names")).get("kind")
    found: t.Dict[Kind, Schema] = {}
    for version in _mappings(spec.get("versions")):
        raw = _mapping(version.get("schema")).get("openAPIV3Schema")
        if isinstance(raw, dict) and isinstance(kind, str) and version.get("served") is not False:
            preserve = bool(spec.get("preserveUnknownFields"))
            found[f"{group}/{version.get('name')}", kind] = _schema(raw, preserve, object_meta)
    return found


def _schema(raw: t.Dict[str, t.Any], preserve: bool, object_meta: t.Optional[Schema]) -> Schema:
    slim = slim_schema(raw)
    properties = slim.setdefault("properties", {})
    properties.pop("status", None)
    properties.update(apiVersion=_TEXT, kind=_TEXT, metadata={})
    if preserve:
        slim["x-kubernetes-preserve-unknown-fields"] = True
    schema = Schema(slim, Types({}))
    if object_meta:
        schema.fields["metadata"] = object_meta
    return schema


def _mapping(value: t.Any) -> t.Dict[str, t.Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: t.Any) -> t.List[t.Dict[str, t.Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
