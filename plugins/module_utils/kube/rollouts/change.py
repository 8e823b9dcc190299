# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each state of k8s_rollout asks of a workload, as a patch. Pure; the time of a restart is passed in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import name_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    field,
    mapping,
    number,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.history import (
    Revision,
    revision_to_restore,
    same_template,
)

#: As kubectl writes it, so that both tools see each other's restarts.
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True)
class Change:
    """A patch to send, or none where the workload is as wanted."""

    patch: t.Any = None
    #: merge or json.
    kind: str = "merge"
    subresource: str = ""
    #: In words, for the result.
    message: str = "nothing to change"

    @property
    def needed(self) -> bool:
        return self.patch is not None


@dataclass(frozen=True)
class Request:
    """What the task wants of one workload."""

    state: str
    replicas: t.Optional[int] = None
    to_revision: t.Optional[int] = None
    #: RFC 3339, for restarts.
    now: str = ""
    #: Scale only what has so many pods, or is of this version.
    current_replicas: t.Optional[int] = None
    resource_version: str = ""


def change_for(request: Request, workload: Object, revisions: t.Sequence[Revision]) -> Change:
    if request.state == "restart":
        return _restart(workload, request.now)
    if request.state == "undo":
        return _undo(workload, revision_to_restore(workload, revisions, request.to_revision))
    if request.state == "scaled":
        return _scale(workload, request)
    if request.state in ("paused", "resumed"):
        return _pause(workload, request.state == "paused")
    return Change(message="status only")


def _restart(workload: Object, now: str) -> Change:
    _refuse_paused(workload, "restarted")
    annotations = {RESTARTED_AT: now}
    patch = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    return Change(patch, message=f"restarted at {now}")


def _undo(workload: Object, revision: Revision) -> Change:
    _refuse_paused(workload, "taken back")
    if same_template(mapping(workload, "spec", "template"), revision.template):
        return Change(message=f"already runs the template of revision {revision.number}")
    # Replaced whole: a merge would keep what the newer template added.
    patch = [{"op": "replace", "path": "/spec/template", "value": revision.template}]
    return Change(patch, "json", message=f"back to revision {revision.number}")


def _scale(workload: Object, request: Request) -> Change:
    if text(workload, "kind") == "DaemonSet":
        raise InputError(f"DaemonSet {name_of(workload)} cannot be scaled: it runs one pod on each node it selects.")
    before, wanted = number(workload, "spec", "replicas", default=1), request.replicas or 0
    if before == wanted:
        return Change(message=f"already has {wanted} replicas")
    if request.current_replicas not in (None, before):
        return Change(message=f"left alone: it has {before} replicas, not {request.current_replicas}")
    version = text(workload, "metadata", "resourceVersion")
    if request.resource_version not in ("", version):
        return Change(message=f"left alone: it is at version {version}, not {request.resource_version}")
    patch: t.Dict[str, t.Any] = {"spec": {"replicas": wanted}}
    if request.resource_version or request.current_replicas is not None:
        # The condition must still hold when the server writes.
        patch["metadata"] = {"resourceVersion": version}
    return Change(patch, subresource="scale", message=f"scaled from {before} to {wanted}")


def _pause(workload: Object, paused: bool) -> Change:
    kind = text(workload, "kind")
    if kind != "Deployment":
        raise InputError(f"{kind} {name_of(workload)} cannot be paused or resumed: only Deployments can.")
    word = "paused" if paused else "resumed"
    if _is_paused(workload) == paused:
        return Change(message=f"already {word}")
    return Change({"spec": {"paused": True if paused else None}}, message=word)


def _is_paused(workload: Object) -> bool:
    return field(workload, "spec", "paused") is True


def _refuse_paused(workload: Object, what: str) -> None:
    if _is_paused(workload):
        raise InputError(f"Deployment {name_of(workload)} is paused and cannot be {what}: use state: resumed first.")


def changes_back(before: Object, now: Object) -> t.List[Change]:
    """What makes a workload again what it was, in the fields that this module changes."""
    changes = []
    template = mapping(before, "spec", "template")
    if not same_template(mapping(now, "spec", "template"), template):
        patch = [{"op": "replace", "path": "/spec/template", "value": template}]
        changes.append(Change(patch, "json", message="template taken back"))
    replicas = field(before, "spec", "replicas")
    if replicas != field(now, "spec", "replicas"):
        changes.append(Change({"spec": {"replicas": replicas}}, subresource="scale", message="replicas taken back"))
    if _is_paused(before) != _is_paused(now):
        changes.append(Change({"spec": {"paused": _is_paused(before) or None}}, message="paused again"))
    return changes
