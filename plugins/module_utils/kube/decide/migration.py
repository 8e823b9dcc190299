# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From client-side apply to server-side apply: fields that were ours under another name become ours. Pure.

`kubectl apply` and kubernetes.core's `apply: true` write by updates, and remember in an annotation. Without this their
fields would have two owners for ever, and a field that is left out of a manifest would stay. It is what kubectl does
when it goes over to server-side apply.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import (
    APPLY,
    LAST_APPLIED,
    UPDATE,
    Obj,
    entries,
    fields_of,
    is_ours,
    own_entry,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.ownership import owns

_KUBECTL = "kubectl-client-side-apply"
_MARK = ((((None, "metadata"), "annotations")), LAST_APPLIED)
_MARK_AT = "/metadata/annotations/" + LAST_APPLIED.replace("/", "~1")


def legacy_managers(live: Obj, manager: str) -> t.List[str]:
    """By which names client-side applies wrote this object.

    They are told by the annotation that they write: `OpenAPI-Generator` may as well be any program in Python, of which
    we take nothing. `manager` itself may be among them: what it updated is not what it applied.
    """
    updates = [e for e in entries(live) if _is_update(e)]
    return sorted({str(e.get("manager")) for e in updates if e.get("manager") == _KUBECTL or owns(e, _MARK)})


def migration(live: Obj, manager: str) -> t.Optional[t.List[t.Dict[str, t.Any]]]:
    """A JSON patch that hands the fields of client-side applies to `manager`; None where there is nothing to hand over.

    It fails where the object has changed since `live` was read. After it the object must be sent, whatever `decide`
    says: only then the fields that are no longer asked for go.
    """
    legacy = legacy_managers(live, manager)
    if not legacy:
        return None
    metadata = live["metadata"]
    patch = [
        {"op": "replace", "path": "/metadata/managedFields", "value": _merged(live, manager, legacy)},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion")},
    ]
    if LAST_APPLIED in (metadata.get("annotations") or {}):
        patch.append({"op": "remove", "path": _MARK_AT})
    return patch


def _merged(live: Obj, manager: str, legacy: t.Sequence[str]) -> t.List[Obj]:
    """One entry for what we applied and what they wrote. Entries of another apiVersion name fields in another way,
    and cannot be merged: such fields lose this owner."""
    theirs = [e for e in entries(live) if _is_update(e) and e.get("manager") in legacy]
    ours = own_entry(live, manager) or {**theirs[0], "manager": manager, "operation": APPLY}
    fields: Obj = dict(fields_of(ours))
    for entry in theirs:
        if entry.get("apiVersion") == ours.get("apiVersion"):
            fields = union(fields, fields_of(entry)) if fields else dict(fields_of(entry))
    kept = [e for e in entries(live) if e not in theirs and not is_ours(e, manager)]
    return [*kept, {**ours, "fieldsV1": _without_mark(fields)}]


def union(one: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> Obj:
    """Fields that are in either. A field with nothing below it is owned itself, which `.` says beside others."""
    if not one or not other:
        below = dict(one or other)
        return {".": {}, **below} if below else {}
    merged = dict(one)
    for key, below in other.items():
        merged[key] = union(merged[key], below) if key in merged else below
    return merged


def _without_mark(fields: Obj) -> Obj:
    metadata = fields.get("f:metadata") or {}
    notes = metadata.get("f:annotations") or {}
    key = f"f:{LAST_APPLIED}"
    if key not in notes:
        return fields
    kept = {k: v for k, v in notes.items() if k != key}
    rest = {k: v for k, v in metadata.items() if k != "f:annotations"}
    if kept:
        rest["f:annotations"] = kept
    others = {k: v for k, v in fields.items() if k != "f:metadata"}
    return {**others, "f:metadata": rest} if rest else others


def _is_update(entry: Obj) -> bool:
    return entry.get("operation") == UPDATE and not entry.get("subresource")
