# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From client-side apply to server-side apply: fields that were ours under another name become ours. Pure.

`kubectl apply` and kubernetes.core's `apply: true` write by updates, and remember in an annotation. Without this their
fields would have two owners for ever, and a field that is left out of a manifest would stay.
"""

from __future__ import annotations

import copy
import typing as t

Entry = t.Dict[str, t.Any]
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
#: Field managers of updates that were applies. The second is what the Python client calls itself.
_CLIENT_SIDE = ("kubectl-client-side-apply", "OpenAPI-Generator")


def migration(live: t.Mapping[str, t.Any], manager: str) -> t.Optional[t.List[t.Dict[str, t.Any]]]:
    """A JSON patch that hands the fields of client-side applies to `manager`; None where there is nothing to hand over.

    It fails where the object has changed since `live` was read.
    """
    metadata = live.get("metadata") or {}
    if _LAST_APPLIED not in (metadata.get("annotations") or {}):
        return None
    entries = copy.deepcopy(metadata.get("managedFields") or [])
    legacy = [e for e in entries if _is_legacy(e)]
    if not legacy:
        return None
    kept = [e for e in entries if e not in legacy]
    ours = next((e for e in kept if _is_ours(e, manager)), None)
    if ours is None:
        ours = {**legacy[0], "manager": manager, "operation": "Apply"}
        kept.append(ours)
    for entry in legacy:
        if entry.get("apiVersion") != ours.get("apiVersion"):
            return None  # fields of another version cannot be merged here; both stay as they are
        ours["fieldsV1"] = union(ours.get("fieldsV1") or {}, entry.get("fieldsV1") or {})
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": kept},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion")},
    ]


def union(one: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> Entry:
    """Fields that are in either."""
    merged = dict(one)
    for key, below in other.items():
        merged[key] = union(merged[key], below) if key in merged else below
    return merged


def _is_legacy(entry: Entry) -> bool:
    return entry.get("operation") == "Update" and not entry.get("subresource") and entry.get("manager") in _CLIENT_SIDE


def _is_ours(entry: Entry, manager: str) -> bool:
    return (entry.get("manager"), entry.get("operation"), entry.get("subresource") or "") == (manager, "Apply", "")
