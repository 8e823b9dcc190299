# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pods belong to a workload, and to its newest revision. Pure: from objects already listed."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    field,
    mappings,
    text,
)

REVISION = "deployment.kubernetes.io/revision"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
CONTROLLER_HASH = "controller-revision-hash"
_OVER = ("Succeeded", "Failed")


def uid_of(obj: Object) -> str:
    return text(obj, "metadata", "uid")


def name_of(obj: Object) -> str:
    return text(obj, "metadata", "name")


def label(obj: Object, name: str) -> str:
    return text(obj, "metadata", "labels", name)


def annotation(obj: Object, name: str) -> str:
    return text(obj, "metadata", "annotations", name)


def owner_of(obj: Object) -> str:
    """The uid of the controller that owns the object, or nothing."""
    owners = mappings(obj, "metadata", "ownerReferences")
    return next((text(o, "uid") for o in owners if o.get("controller") is True), "")


def new_replica_set(deployment: Object, replica_sets: t.Iterable[Object]) -> t.Optional[Object]:
    """The ReplicaSet of the Deployment's present template: the one with its revision number."""
    mine = [rs for rs in replica_sets if owner_of(rs) == uid_of(deployment)]
    revision = annotation(deployment, REVISION)
    return next((rs for rs in mine if revision and annotation(rs, REVISION) == revision), None)


def new_pods(workload: Object, pods: t.Iterable[Object], replica_sets: t.Iterable[Object] = ()) -> t.List[Object]:
    """Living pods of the workload's newest revision, by name. Those that a controller replaces anyway are left out."""
    alive = [p for p in pods if not field(p, "metadata", "deletionTimestamp") and _phase(p) not in _OVER]
    return sorted(_OWNED.get(text(workload, "kind"), _of_owner)(workload, alive, list(replica_sets)), key=name_of)


def _phase(pod: Object) -> str:
    return text(pod, "status", "phase")


def _of_owner(workload: Object, pods: t.List[Object], _sets: t.List[Object]) -> t.List[Object]:
    return [pod for pod in pods if owner_of(pod) == uid_of(workload)]


def _of_deployment(workload: Object, pods: t.List[Object], sets: t.List[Object]) -> t.List[Object]:
    newest = new_replica_set(workload, sets)
    return [pod for pod in pods if owner_of(pod) == uid_of(newest)] if newest else []


def _of_stateful_set(workload: Object, pods: t.List[Object], sets: t.List[Object]) -> t.List[Object]:
    revision = text(workload, "status", "updateRevision")
    return [p for p in _of_owner(workload, pods, sets) if not revision or label(p, CONTROLLER_HASH) == revision]


def _of_daemon_set(workload: Object, pods: t.List[Object], sets: t.List[Object]) -> t.List[Object]:
    generation = annotation(workload, TEMPLATE_GENERATION)
    mine = _of_owner(workload, pods, sets)
    return [p for p in mine if not generation or label(p, "pod-template-generation") == generation]


_Pick = t.Callable[[Object, t.List[Object], t.List[Object]], t.List[Object]]
_OWNED: t.Dict[str, _Pick] = {
    "Deployment": _of_deployment,
    "StatefulSet": _of_stateful_set,
    "DaemonSet": _of_daemon_set,
}
