# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of an object is shown to who reads it. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import mask
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import masked
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.managed import LAST_APPLIED
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import is_secret
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import Step, steps

Obj = t.Dict[str, t.Any]
_METADATA_KEYS = ("apiVersion", "kind", "metadata")


@dataclass(frozen=True)
class View:
    """What the reader wants to see."""

    managed_fields: bool = False
    secrets: bool = False
    metadata_only: bool = False
    hidden: t.Tuple[str, ...] = ()

    def __call__(self, obj: Obj) -> Obj:
        if self.metadata_only:
            obj = {k: v for k, v in obj.items() if k in _METADATA_KEYS}
        if not self.managed_fields:
            obj = without(obj, ["metadata", "managedFields"])
        if not self.secrets:
            obj = masked_secret(obj)
        for path in self.hidden:
            obj = without(obj, steps(path))
        return obj


def masked_secret(obj: Obj) -> Obj:
    """A Secret whose values cannot be read, nor the copy of it that `kubectl apply` keeps; anything else as it is."""
    if not is_secret(obj):
        return obj
    shown = masked(obj)
    metadata = shown.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    if LAST_APPLIED in annotations:
        annotations = {**annotations, LAST_APPLIED: mask(annotations[LAST_APPLIED])}
        shown["metadata"] = {**metadata, "annotations": annotations}
    return shown


def without(value: t.Any, path: t.Sequence[Step]) -> t.Any:
    """A copy without the field at that path. What is not there need not be taken away."""
    head, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(head, str) and head in value:
        if rest:
            return {**value, head: without(value[head], rest)}
        return {k: v for k, v in value.items() if k != head}
    if isinstance(value, list) and not isinstance(head, str):
        pairs = ((item, _chosen(index, item, head)) for index, item in enumerate(value))
        return [without(item, rest) if chosen else item for item, chosen in pairs if rest or not chosen]
    return value


def _chosen(index: int, item: t.Any, step: Step) -> bool:
    if isinstance(step, dict):
        return isinstance(item, dict) and step.items() <= item.items()
    return index == step
