# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The label that makes an object a member of a set, and of no other. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import PART_OF, Identity
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest

#: So many make a message.
_TOLD = 3


def label_members(manifests: t.Iterable[Manifest], identity: Identity) -> t.List[Manifest]:
    """The manifests with the set's label; their places stay."""
    return [_labelled(manifest, identity) for manifest in manifests]


def _labelled(manifest: Manifest, identity: Identity) -> Manifest:
    metadata = manifest.obj["metadata"]
    labels = metadata.get("labels") or {}
    if not isinstance(labels, dict):
        raise InputError(f"{manifest.place.at('metadata.labels')}: {manifest.ref}: metadata.labels must be a mapping.")
    theirs = labels.get(PART_OF, identity.id)
    if theirs != identity.id:
        raise InputError(
            f"{manifest.place.at('metadata.labels')}: {manifest.ref} carries the label of another apply set, "
            f"{theirs}; here it is to become a member of {identity}, {identity.id}. Remove the label {PART_OF}."
        )
    labelled = {**metadata, "labels": {**labels, PART_OF: identity.id}}
    return Manifest({**manifest.obj, "metadata": labelled}, manifest.place)


def refuse_members_of_others(steps: t.Iterable[Step], identity: Identity) -> None:
    """Call it when it is known what is there (`before`), and before anything is written."""
    taken = [s for s in steps if set_of(s.before) not in ("", identity.id)]
    if not taken:
        return
    named = ", ".join(f"{s.manifest.place.at()}: {s.manifest.ref} (of {set_of(s.before)})" for s in taken[:_TOLD])
    more = f" and {len(taken) - _TOLD} more" if len(taken) > _TOLD else ""
    raise InputError(
        f"{named}{more}: a member of another apply set than {identity}, {identity.id}. Two sets would take it from "
        f"each other: take it out of this task, or apply the other set without it. Where the other set is no more, "
        f"remove the object's label {PART_OF}."
    )


def set_of(obj: t.Optional[t.Mapping[str, t.Any]]) -> str:
    """The id of the set that an object belongs to; empty: none."""
    labels = ((obj or {}).get("metadata") or {}).get("labels") or {}
    return str(labels.get(PART_OF) or "")
