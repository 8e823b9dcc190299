# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of an object is worth remembering: ten thousand whole pods would fill the memory. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import REVISION
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    condition,
    is_true,
    mapping,
    mappings,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import UNMOUNTED

Obj = t.Dict[str, t.Any]
Trim = t.Callable[[Obj], Obj]

_METADATA = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "resourceVersion", "labels")
#: Conditions by which a pod is judged or its story told.
_CONDITIONS = ("Ready", "PodScheduled", "DisruptionTarget", "PodReadyToStartContainers", UNMOUNTED)
_STATUSES = ("initContainerStatuses", "containerStatuses")


def unmanaged(obj: Obj) -> Obj:
    """Without managedFields: often the larger half of an object, and of no use to a waiter."""
    metadata = obj.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        return {**obj, "metadata": {k: v for k, v in metadata.items() if k != "managedFields"}}
    return obj


def lean_pod(obj: Obj) -> Obj:
    """A pod that belongs to a workload: what dooms it, and what its story needs."""
    status = mapping(obj, "status")
    kept: Obj = {k: status[k] for k in ("phase", "reason", "message") if k in status}
    kept["conditions"] = [c for c in mappings(status, "conditions") if c.get("type") in _CONDITIONS]
    if not is_true(condition(obj, "Ready")):
        kept.update({k: status[k] for k in _STATUSES if k in status})
    return {**_named(obj), "metadata": _metadata(obj), "spec": _pod_spec(obj), "status": kept}


def _pod_spec(obj: Obj) -> Obj:
    claims = [v for v in mappings(obj, "spec", "volumes") if "persistentVolumeClaim" in v]
    containers = [{"name": text(c, "name")} for c in mappings(obj, "spec", "containers")]
    return {"nodeName": text(obj, "spec", "nodeName"), "volumes": claims, "containers": containers}


def lean_replica_set(obj: Obj) -> Obj:
    """Of a ReplicaSet only the place between Deployment and pods counts."""
    metadata = _metadata(obj)
    revision = text(obj, "metadata", "annotations", REVISION)
    metadata["annotations"] = {REVISION: revision} if revision else {}
    return {**_named(obj), "metadata": metadata}


def _metadata(obj: Obj) -> Obj:
    metadata = mapping(obj, "metadata")
    kept: Obj = {k: metadata[k] for k in _METADATA if k in metadata}
    kept["ownerReferences"] = [o for o in mappings(metadata, "ownerReferences") if o.get("controller") is True]
    return kept


def _named(obj: Obj) -> Obj:
    return {k: obj[k] for k in ("apiVersion", "kind") if k in obj}


#: For watches that only serve the judgement of workloads.
LEAN: t.Mapping[str, Trim] = {"Pod": lean_pod, "ReplicaSet": lean_replica_set}
