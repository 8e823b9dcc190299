# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One workload in the cluster, as k8s_rollout sees and changes it."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import field, mapping, number, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.change import RESTARTED_AT, Change
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.history import (
    Revision,
    current_of,
    images_of,
    revisions_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.ownership import handed_over

FIELD_MANAGER = "slipway-rollout"
#: Against a controller that writes between our read and our write.
_TRIES = 10


class Workload:
    """`before` is as it was when the task began."""

    def __init__(self, client: KubeClient, discovery: Discovery, before: Obj) -> None:
        self._client = client
        self._discovery = discovery
        self.before = self.after = before
        self.ref = ObjectRef.from_object(before)
        self.change = Change()
        self.changed = False
        self.error = ""
        self._resource = discovery.resource_for(self.ref.api_version, self.ref.kind)

    def read(self) -> Obj:
        return self._client.get(self._resource, self.ref.name, self.ref.namespace)

    def revisions(self) -> t.List[Revision]:
        kind = "ReplicaSet" if self.ref.kind == "Deployment" else "ControllerRevision"
        resource = self._discovery.resource_for("apps/v1", kind)
        pods = [] if kind == "ReplicaSet" else self.pods()
        return revisions_of(self.after, self._client.list(resource, self.ref.namespace)["items"], pods)

    def pods(self) -> t.List[Obj]:
        labels = mapping(self.before, "spec", "selector", "matchLabels")
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        pods = self._discovery.resource_for("v1", "Pod")
        return list(self._client.list(pods, self.ref.namespace, label_selector=selector)["items"])

    def remove_pod(self, pod: Obj) -> None:
        pods = self._discovery.resource_for("v1", "Pod")
        uid = text(pod, "metadata", "uid")
        self._client.delete(pods, text(pod, "metadata", "name"), self.ref.namespace, uid=uid)

    def put(self, *, dry_run: bool) -> None:
        """Sends the change. A refusal stays here: the others of the task go on."""
        if not self.change.needed:
            return
        try:
            self.after = self.send(self.change, dry_run=dry_run)
            self.changed = True
        except ApiError as exc:
            self.error = exc.message

    def send(self, change: Change, *, dry_run: bool = False) -> Obj:
        answer = self._client.patch(
            self._resource,
            self.ref.name,
            self.ref.namespace,
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
                self._client.patch(self._resource, self.ref.name, self.ref.namespace, body, field_manager=FIELD_MANAGER)
                return
            except Conflict:
                workload = self.read()

    def as_result(self, *, predicted: bool) -> Result:
        revisions = self.revisions()
        # A prediction has no revision of its own: the controller numbers them.
        current = current_of(self.before if predicted else self.after, revisions)
        return {
            **self.ref.as_result(),
            **compute(self.after).as_dict(),
            **shown(self.after),
            "changed": self.changed,
            "action": f"failed: {self.error}" if self.error else self.change.message,
            "revision": current,
            "history": [revision.as_result(current) for revision in revisions],
        }

    def diff(self) -> t.Dict[str, t.Any]:
        header = str(self.ref)
        return {
            "before_header": header,
            "after_header": header,
            "before": shown(self.before),
            "after": shown(self.after),
        }


def shown(workload: Obj) -> t.Dict[str, t.Any]:
    """What k8s_rollout can change. Not the template: its variables may be somebody's secrets."""
    template = mapping(workload, "spec", "template")
    found: t.Dict[str, t.Any] = {
        "images": images_of(template),
        "paused": field(workload, "spec", "paused") is True,
        "restarted_at": text(template, "metadata", "annotations", RESTARTED_AT),
    }
    if workload.get("kind") != "DaemonSet":
        found["replicas"] = number(workload, "spec", "replicas", default=1)
    return found
