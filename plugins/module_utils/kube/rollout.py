# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at, restart, take back, pause, resume or scale a workload."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import (
    Params,
    Result,
    TaskContext,
    Verb,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient, Obj, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import Conflict, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import field, mapping, number, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.change import (
    RESTARTED_AT,
    Change,
    Request,
    change_for,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.history import (
    Revision,
    current_of,
    images_of,
    revisions_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.ownership import handed_over
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_until_healthy

FIELD_MANAGER = "slipway-rollout"
#: Against a controller that writes between our read and our write.
_TRIES = 10
STATES = ("status", "restart", "undo", "paused", "resumed", "scaled")
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "kind": {"type": "str", "choices": ["Deployment", "StatefulSet", "DaemonSet"], "default": "Deployment"},
        "name": {"type": "str", "required": True},
        "namespace": {"type": "str", "default": "default"},
        "state": {"type": "str", "choices": list(STATES), "default": "status"},
        "to_revision": {"type": "int"},
        "replicas": {"type": "int"},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float", "default": 120.0},
    },
    "required_if": [("state", "scaled", ("replicas",))],
}


def run(params: Params, context: TaskContext) -> Result:
    _check(params)
    client = connect(params, context)
    rollout = _Rollout(client, Discovery(client), params)
    before = rollout.read()
    revisions = rollout.revisions(before)
    request = Request(params["state"], params.get("replicas"), params.get("to_revision"), _now())
    change = change_for(request, before, revisions)
    after = rollout.send(change, dry_run=context.check_mode) if change.needed else before
    if not context.check_mode and params["wait"] and params["state"] != "paused":
        rollout.wait(context.progress, change.needed)
    if not context.check_mode:
        after = rollout.read()
        revisions = rollout.revisions(after)
    # A prediction has no revision of its own: the controller numbers them.
    present = current_of(before if context.check_mode else after, revisions)
    result = {"changed": change.needed, "action": change.message, **_describe(after, revisions, present)}
    if context.diff:
        result["diff"] = {"before": _shown(before), "after": _shown(after)}
    return result


def _check(params: Params) -> None:
    if params.get("to_revision") is not None and params["state"] != "undo":
        raise InputError("to_revision is only for state: undo.")
    if (params.get("to_revision") or 0) < 0 or (params.get("replicas") or 0) < 0:
        raise InputError("to_revision and replicas cannot be negative.")


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Rollout:
    """One workload in the cluster."""

    def __init__(self, client: KubeClient, discovery: Discovery, params: Params) -> None:
        self._client = client
        self._discovery = discovery
        self._timeout: float = params["wait_timeout"]
        self._ref = ObjectRef("apps/v1", params["kind"], params["namespace"], params["name"])
        self._resource: Resource = discovery.resource_for("apps/v1", params["kind"])

    def read(self) -> Obj:
        found = self._client.find(self._resource, self._ref.name, self._ref.namespace)
        if found is None:
            raise InputError(f"{self._ref} does not exist.")
        return found

    def revisions(self, workload: Obj) -> t.List[Revision]:
        kind = "ReplicaSet" if self._ref.kind == "Deployment" else "ControllerRevision"
        resource = self._discovery.resource_for("apps/v1", kind)
        return revisions_of(workload, self._client.list(resource, self._ref.namespace)["items"])

    def send(self, change: Change, *, dry_run: bool) -> Obj:
        answer = self._client.patch(
            self._resource,
            self._ref.name,
            self._ref.namespace,
            change.patch,
            kind=change.kind,
            field_manager=FIELD_MANAGER,
            dry_run=dry_run,
            subresource=change.subresource,
        )
        if change.kind == "json" and not dry_run:
            self._hand_over(answer)
        if not change.subresource:
            return answer
        # A Scale came back; the workload with its number stands for the prediction.
        workload = self.read()
        return {**workload, "spec": {**workload["spec"], "replicas": number(answer, "spec", "replicas")}}

    def _hand_over(self, workload: Obj) -> None:
        """Gives the restored template to whoever applies it; its controller may write at the same time."""
        for _attempt in range(_TRIES):
            entries = handed_over(workload, FIELD_MANAGER)
            if entries is None:
                return
            version = text(workload, "metadata", "resourceVersion")
            body = {"metadata": {"managedFields": entries, "resourceVersion": version}}
            try:
                self._client.patch(
                    self._resource, self._ref.name, self._ref.namespace, body, field_manager=FIELD_MANAGER
                )
                return
            except Conflict:
                workload = self.read()

    def wait(self, progress: t.Callable[[str], None], changed: bool) -> None:
        try:
            wait_until_healthy(self._client, self._discovery, [self._ref], self._timeout, progress)
        except WaitFailed as exc:
            exc.details["changed"] = changed
            raise


def _describe(workload: Obj, revisions: t.Sequence[Revision], current: int) -> Result:
    return {
        **ObjectRef.from_object(workload).as_result(),
        **compute(workload).as_dict(),
        **_shown(workload),
        "revision": current,
        "history": [revision.as_result(current) for revision in revisions],
    }


def _shown(workload: Obj) -> t.Dict[str, t.Any]:
    """What this module can change. Not the template: its variables may be somebody's secrets."""
    template = mapping(workload, "spec", "template")
    shown: t.Dict[str, t.Any] = {
        "images": images_of(template),
        "paused": field(workload, "spec", "paused") is True,
        "restarted_at": text(template, "metadata", "annotations", RESTARTED_AT),
    }
    if workload.get("kind") != "DaemonSet":
        shown["replicas"] = number(workload, "spec", "replicas", default=1)
    return shown


VERB = Verb("k8s_rollout", SPEC, run, hide=CONNECTION_HIDE, imports=CONNECTION_IMPORTS)
