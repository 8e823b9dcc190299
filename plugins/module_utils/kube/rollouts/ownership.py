# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who owns the fields of a template that was taken back.

The server writes the restored fields down to us. Left so, the next apply of the manifest would meet a conflict with our
own undo, and could not remove what only the old template had. So they go to whoever applies the template. Pure.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mapping,
    mappings,
    text,
)

Entry = t.Dict[str, t.Any]


def handed_over(workload: Object, manager: str) -> t.Optional[t.List[Entry]]:
    """`metadata.managedFields` with `manager`'s updates in the applier's hands; None where there is nothing to do."""
    entries = [dict(entry) for entry in mappings(workload, "metadata", "managedFields")]
    ours = next((e for e in entries if e.get("manager") == manager and _is_update(e)), None)
    applier = next((e for e in entries if e.get("operation") == "Apply" and _has_template(e)), None)
    if ours is None or applier is None or ours.get("apiVersion") != applier.get("apiVersion"):
        return None
    template, rest = _split(ours["fieldsV1"])
    if not template:
        return None
    applier["fieldsV1"] = _merged(applier["fieldsV1"], template)
    ours["fieldsV1"] = rest
    return [entry for entry in entries if entry is not ours or rest]


def _is_update(entry: Entry) -> bool:
    return entry.get("operation") == "Update" and not text(entry, "subresource")


def _has_template(entry: Entry) -> bool:
    return bool(mapping(entry, "fieldsV1", "f:spec", "f:template"))


def _split(fields: Object) -> t.Tuple[t.Dict[str, t.Any], t.Dict[str, t.Any]]:
    """The part below spec.template, and the rest."""
    template = mapping(fields, "f:spec", "f:template")
    if not template:
        return {}, dict(fields)
    spec = {k: v for k, v in mapping(fields, "f:spec").items() if k != "f:template"}
    rest = {k: v for k, v in fields.items() if k != "f:spec"}
    return {"f:spec": {"f:template": dict(template)}}, {**rest, "f:spec": spec} if spec else rest


def _merged(one: Object, other: Object) -> t.Dict[str, t.Any]:
    both = {k: _merged(mapping(one, k), mapping(other, k)) for k in one if k in other}
    return {**one, **other, **both}
