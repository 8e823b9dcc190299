# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user wrote -> objects, each with the place where it stands."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field, replace
from functools import cached_property

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import node_at
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.yaml_text import (
    Origins,
    Written,
    parse_documents,
    place_of_line,
)

Obj = t.Dict[str, t.Any]
#: (an object's node, the path of a field of it) -> `base/web.yaml:7`, or nothing.
Finder = t.Callable[[t.Any, str], str]


@dataclass(frozen=True)
class Place:
    """Where an object was written: a file (or `definition`), and if it was text, its line and how to find others."""

    name: str
    #: From 1; 0 is no text.
    line: int = 0
    #: The template that it was rendered from, where the text says so.
    origin: str = ""
    text: t.Optional[Written] = field(default=None, repr=False, compare=False)
    document: int = 0
    #: Where in its document it is, if it is an item of a List.
    path: str = ""
    #: Text that a program has made: finds where the user wrote a field of the object at that node.
    written: t.Optional[Finder] = field(default=None, repr=False, compare=False)

    def at(self, path: str = "") -> str:
        """`web.yaml:12`, for the object or one of its fields."""
        if not self.line:
            return self.name
        line, origin = self.line, self.origin
        if self.text is not None and (path or self.written):
            document = self.text.node(self.document)
            if path:
                line = node_at(document, f"{self.path}.{path.lstrip('.')}").start_mark.line + 1
            if self.written:
                origin = self.written(document, path)
        return place_of_line(self.name, line, origin)

    def item(self, index: int, node: t.Any) -> Place:
        """The place of an item of a List."""
        if node is None:
            return Place(f"{self.name}.items[{index}]")
        return replace(self, line=node.start_mark.line + 1, path=f"{self.path}.items[{index}]")


@dataclass(frozen=True)
class Manifest:
    """One object as the user wants it."""

    obj: Obj
    place: Place
    #: Where it goes if it names no namespace and its kind has one; before the task's own.
    default_namespace: str = ""

    @cached_property
    def ref(self) -> ObjectRef:
        return ObjectRef.from_object(self.obj)

    def in_namespace(self, namespace: str) -> Manifest:
        metadata = {k: v for k, v in self.obj["metadata"].items() if k != "namespace"}
        if namespace:
            metadata["namespace"] = namespace
        return replace(self, obj={**self.obj, "metadata": metadata})


def from_text(text: str, name: str, default_namespace: str = "", finder: t.Optional[Finder] = None) -> t.List[Manifest]:
    """The objects of a YAML or JSON text; `name` is what errors call it."""
    origins = Origins.of(text)
    written = Written(text)
    found: t.List[Manifest] = []
    for document in parse_documents(text, name, origins.at):
        line = document.node.start_mark.line
        place = Place(name, line + 1, origins.at(line), written, document.index, written=finder)
        found += _flat(document.value, place, document.node)
    if not found:
        raise InputError(f"{name} holds no object.")
    return [replace(m, default_namespace=default_namespace) for m in found] if default_namespace else found


def from_definition(definition: t.Any, name: str = "definition") -> t.List[Manifest]:
    """The objects of a mapping, of YAML text, or of a list of both."""
    if isinstance(definition, str):
        return from_text(definition, name)
    if isinstance(definition, dict):
        return _flat(_plain(definition, name), Place(name))
    if isinstance(definition, list):
        return [m for i, part in enumerate(definition) for m in from_definition(part, f"{name}[{i}]")]
    raise InputError(f"{name} must be a mapping, a list of them, or YAML text; it is {_type_name(definition)}.")


def _flat(value: t.Any, place: Place, node: t.Any = None) -> t.List[Manifest]:
    """Lists of objects (`kind: List`, `ConfigMapList`, ...) are taken apart."""
    if not isinstance(value, dict):
        raise InputError(f"{place.at()}: an object must be a mapping; this is {_type_name(value)}.")
    kind = value.get("kind")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(value.get("items"), list):
        items = [_of_list(value, item) for item in value["items"]]
        nodes = [node_at(node, f"items[{i}]") if node is not None else None for i in range(len(items))]
        return [m for i, item in enumerate(items) for m in _flat(item, place.item(i, nodes[i]), nodes[i])]
    _check(value, place)
    return [Manifest(value, place)]


def _of_list(whole: Obj, item: t.Any) -> t.Any:
    """Items of a ConfigMapList need not say that they are ConfigMaps; those of a plain List must."""
    kind = whole["kind"][: -len("List")]
    if not kind or not isinstance(item, dict) or (item.get("kind") and item.get("apiVersion")):
        return item
    return {**item, "kind": kind, "apiVersion": whole.get("apiVersion")}


def _check(obj: Obj, place: Place) -> None:
    for key, example in (("kind", "Deployment"), ("apiVersion", "apps/v1")):
        if not isinstance(obj.get(key), str) or not obj[key]:
            raise InputError(f"{place.at()}: the object has no {key}; add one, as {key}: {example}.")
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        instead = f"; metadata is {_type_name(metadata)}" if metadata is not None else ""
        where = place.at("metadata")
        raise InputError(
            f"{where}: this {obj['kind']} has no metadata with a name{instead}; write metadata: {{name: web}}."
        )
    if not metadata.get("name"):
        hint = "generateName cannot be applied twice to the same object" if metadata.get("generateName") else "add one"
        raise InputError(f"{place.at('metadata')}: this {obj['kind']} has no metadata.name; {hint}.")
    for key in ("name", "namespace"):
        if not isinstance(metadata.get(key) or "", str):
            raise InputError(
                f"{place.at('metadata.' + key)}: metadata.{key} of this {obj['kind']} is {_type_name(metadata[key])}, "
                f"not text; write it in quotes: '{metadata[key]}'."
            )


def _plain(value: t.Any, name: str) -> t.Any:
    """A definition came through Ansible's YAML, which makes dates: the API wants text."""
    if isinstance(value, dict):
        return {str(k): _plain(v, name) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, name) for v in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise InputError(f"{name} holds {_type_name(value)}, which no manifest can hold.")


def _type_name(value: t.Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")


def refuse_duplicates(manifests: t.Iterable[Manifest]) -> None:
    """The same object twice: which one counts would be chance. Call it when namespaces are filled in."""
    seen: t.Dict[t.Tuple[str, str, str, str], Manifest] = {}
    for manifest in manifests:
        ref = manifest.ref
        if ref.key in seen:
            raise InputError(
                f"{ref} is here twice: {seen[ref.key].place.at()} and {manifest.place.at()}. Remove one of them."
            )
        seen[ref.key] = manifest
