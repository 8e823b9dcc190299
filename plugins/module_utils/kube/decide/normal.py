# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent of a manifest: without what the API server would drop anyway. Pure."""

from __future__ import annotations

import base64
import typing as t

Obj = t.Dict[str, t.Any]
#: Metadata that only the server writes; in a manifest it was copied from somewhere.
_SERVER_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def normalised(obj: Obj) -> Obj:
    """Without nulls, status and server-only metadata; stringData of a Secret becomes data, as the server does it."""
    found: Obj = _without_nulls({k: v for k, v in obj.items() if k != "status"})
    metadata = {k: v for k, v in (found.get("metadata") or {}).items() if k not in _SERVER_METADATA}
    if isinstance(metadata.get("annotations"), dict) and _LAST_APPLIED in metadata["annotations"]:
        metadata["annotations"] = {k: v for k, v in metadata["annotations"].items() if k != _LAST_APPLIED}
    found["metadata"] = metadata
    if found.get("kind") == "Secret" and found.get("apiVersion") == "v1":
        _encode(found)
    return found


def _without_nulls(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(v) for v in value]
    return value


def _encode(secret: Obj) -> None:
    plain = secret.get("stringData")
    if not isinstance(plain, dict) or not all(isinstance(v, str) for v in plain.values()):
        return  # the schema check, or the server, says what is wrong with it
    del secret["stringData"]
    data = secret.get("data")
    encoded = {k: base64.b64encode(v.encode()).decode() for k, v in plain.items()}
    if encoded or data:
        secret["data"] = {**(data if isinstance(data, dict) else {}), **encoded}
