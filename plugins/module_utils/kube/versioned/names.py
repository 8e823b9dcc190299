# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a ConfigMap or Secret as a name. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest

Obj = t.Dict[str, t.Any]
#: Annotation: `"true"` versions this one object, `"false"` leaves it out.
VERSIONED = "slipway.deploy/versioned"
#: Label: of which name an object is a version.
VERSIONED_NAME = "slipway.deploy/versioned-name"
KINDS = ("ConfigMap", "Secret")
#: Others find these by their names, or fill them in.
_FIXED_TYPES = ("kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token", "helm.sh/release.v1")

_DIGITS = 10
_LONGEST_NAME = 253
_LONGEST_LABEL = 63


def is_config(obj: t.Mapping[str, t.Any]) -> bool:
    return obj.get("apiVersion") == "v1" and obj.get("kind") in KINDS


def is_version(obj: t.Mapping[str, t.Any]) -> bool:
    return is_config(obj) and bool(base_name(obj))


def base_name(obj: t.Mapping[str, t.Any]) -> str:
    """Of what it is a version; empty where it is none."""
    return str(((obj.get("metadata") or {}).get("labels") or {}).get(VERSIONED_NAME) or "")


def has_fixed_name(obj: t.Mapping[str, t.Any]) -> bool:
    return obj.get("type") in _FIXED_TYPES


def digest(obj: t.Mapping[str, t.Any], namespace: str) -> str:
    """Of data, binaryData and a Secret's type. Kind, namespace and name season it: equal passwords look different."""
    metadata = obj.get("metadata") or {}
    content = [obj.get("kind"), namespace, metadata.get("name"), obj.get("type") or "", _data(obj)]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _data(obj: t.Mapping[str, t.Any]) -> t.List[t.Any]:
    """`stringData` is what the server makes `data` of."""
    data = _mapping(obj, "data")
    encoded = {k: base64.b64encode(str(v).encode("utf-8", "surrogatepass")).decode() for k, v in _string_data(obj)}
    return [{**data, **encoded}, _mapping(obj, "binaryData")]


def _string_data(obj: t.Mapping[str, t.Any]) -> t.Iterable[t.Tuple[str, t.Any]]:
    return _mapping(obj, "stringData").items()


def _mapping(obj: t.Mapping[str, t.Any], key: str) -> t.Dict[str, t.Any]:
    """What is no mapping is refused by the server, not here."""
    value = obj.get(key)
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def as_version(manifest: Manifest, namespace: str) -> Manifest:
    """The same object under the name of its content, immutable, and labelled with the name that it had."""
    metadata = manifest.obj["metadata"]
    name = f"{metadata['name']}-{digest(manifest.obj, namespace)[:_DIGITS]}"
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"{manifest.place.at('metadata.name')}: {manifest.ref}: the name has no room for a version; a versioned "
            f"name may have {_LONGEST_NAME - _DIGITS - 1} characters. Shorten it, or annotate the object with "
            f'{VERSIONED}: "false".'
        )
    labels = metadata.get("labels") or {}
    if not isinstance(labels, dict):
        raise InputError(f"{manifest.place.at('metadata.labels')}: {manifest.ref}: metadata.labels must be a mapping.")
    marked = {**metadata, "name": name, "labels": {**labels, VERSIONED_NAME: label_value(metadata["name"])}}
    return Manifest({**manifest.obj, "metadata": marked, "immutable": True}, manifest.place)


def label_value(name: str) -> str:
    """A name as a label's value, which is shorter."""
    if len(name) <= _LONGEST_LABEL:
        return name
    short = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{name[: _LONGEST_LABEL - _DIGITS - 1]}-{short}"
