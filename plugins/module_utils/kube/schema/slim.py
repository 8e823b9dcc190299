# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's OpenAPI v3 documents without all that no check needs: a tenth of their size. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema import enforced

Raw = t.Dict[str, t.Any]
#: {"source": ..., "kinds": {kind: type}, "types": {type: schema}}; JSON as it stands.
Slim = t.Dict[str, t.Any]

#: Whose objects a document describes. Of other API servers we do not know how they check.
CORE, CUSTOM, OTHER = "core", "custom", "other"
_SOURCES = {"Kubernetes": CORE, "Kubernetes CRD Swagger": CUSTOM}
_REF = "#/components/schemas/"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
#: What is kept, and its type: whatever else stands there (a user's CRD may hold anything) says nothing.
_KEPT: t.Dict[str, t.Any] = {
    "type": str,
    "format": str,
    "default": object,
    "nullable": bool,
    "x-kubernetes-list-type": str,
    "x-kubernetes-list-map-keys": list,
    "x-kubernetes-map-type": str,
    "x-kubernetes-int-or-string": bool,
    "x-kubernetes-embedded-resource": bool,
    "x-kubernetes-preserve-unknown-fields": bool,
}
#: Of custom resources; the built-in kinds are checked by code, of which their schemas say more, and less, than it does.
_LIMITS: t.Dict[str, t.Any] = {
    **_KEPT,
    "required": list,
    "enum": list,
    "pattern": str,
    "minimum": (int, float),
    "maximum": (int, float),
    "exclusiveMinimum": bool,
    "exclusiveMaximum": bool,
    "minLength": int,
    "maxLength": int,
    "minItems": int,
    "maxItems": int,
    "minProperties": int,
    "maxProperties": int,
}


def slim_document(document: t.Mapping[str, t.Any], api_version: str) -> Slim:
    """What the checks need of the document of one group and version."""
    source = _SOURCES.get((document.get("info") or {}).get("title") or "", OTHER)
    schemas: t.Dict[str, Raw] = (document.get("components") or {}).get("schemas") or {}
    kinds = {kind: name for name, raw in schemas.items() for kind in _kinds(raw, api_version)}
    types: t.Dict[str, Raw] = {}
    waiting = sorted(set(kinds.values()))
    while waiting:
        name = waiting.pop()
        if name not in schemas or name in types:
            continue
        types[name] = _of_core(schemas[name], name) if source == CORE else slim_schema(schemas[name])
        if name in kinds.values():
            types[name].get("properties", {}).pop("status", None)
        waiting.extend(_refs(types[name]))
    return {"source": source, "kinds": kinds, "types": types}


def slim_schema(raw: Raw) -> Raw:
    """One schema of a custom resource, with all its limits."""
    return _slim(raw, _LIMITS)


def _kinds(raw: Raw, api_version: str) -> t.Iterator[str]:
    """Those that can be applied: they have metadata of their own, which lists have not."""
    if _ref((raw.get("properties") or {}).get("metadata") or {}) != _OBJECT_META:
        return
    for entry in raw.get("x-kubernetes-group-version-kind") or []:
        group, version = entry.get("group") or "", entry.get("version") or ""
        if (f"{group}/{version}" if group else version) == api_version:
            yield str(entry.get("kind"))


def _of_core(raw: Raw, name: str) -> Raw:
    slim = _opened(_slim(raw, _KEPT))
    always = enforced.REQUIRED.get(name, frozenset()) & set(raw.get("required") or [])
    if always:
        slim["always"] = sorted(always)
    for field in enforced.ENUMS.get(name, ()):
        values = ((raw.get("properties") or {}).get(field) or {}).get("enum")
        if values:
            slim["properties"][field]["enum"] = values
    return slim


def _opened(slim: Raw) -> Raw:
    """An object of which nothing is said may be anything at all (raw extensions, JSON)."""
    if slim.get("type") == "object" and "properties" not in slim and "additionalProperties" not in slim:
        return {}
    for name, inner in slim.get("properties", {}).items():
        slim["properties"][name] = _opened(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(slim.get(key), dict):
            slim[key] = _opened(slim[key])
    return slim


def _slim(raw: t.Any, kept: t.Mapping[str, t.Any]) -> Raw:
    if not isinstance(raw, dict):
        return {}
    ref = _ref(raw)
    if ref == _QUANTITY:
        return {"format": "quantity"}
    slim: Raw = {key: raw[key] for key, kind in kept.items() if key in raw and isinstance(raw[key], kind)}
    if ref:
        slim["$ref"] = ref
        if slim.get("default") == {}:
            del slim["default"]
    if raw.get("properties") and isinstance(raw["properties"], dict):
        slim["properties"] = {name: _slim(inner, kept) for name, inner in raw["properties"].items()}
    if isinstance(raw.get("items"), dict):
        slim["items"] = _slim(raw["items"], kept)
    more = raw.get("additionalProperties")
    if more is not None:
        slim["additionalProperties"] = _slim(more, kept) if isinstance(more, dict) else bool(more)
    return slim


def _ref(raw: Raw) -> str:
    """The one schema that this one stands for; documents wrap it in `allOf` to put a default beside it."""
    wrapped = raw.get("allOf")
    parts = [raw, *(wrapped if isinstance(wrapped, list) else [])]
    refs = [str(p["$ref"])[len(_REF) :] for p in parts if isinstance(p, dict) and "$ref" in p]
    return refs[0] if len(refs) == 1 else ""


def _refs(slim: Raw) -> t.Iterator[str]:
    if "$ref" in slim:
        yield slim["$ref"]
    inner = list(slim.get("properties", {}).values())
    inner += [slim[key] for key in ("items", "additionalProperties") if isinstance(slim.get(key), dict)]
    for one in inner:
        yield from _refs(one)
