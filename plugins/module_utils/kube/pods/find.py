# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pods that a task means: by name, by selectors, or those of a workload."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import (
    name_of,
    new_replica_set,
    owner_of,
    uid_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.selection import selection_of

#: Where the kinds that own pods live, so that tasks need not say it.
API_VERSIONS: t.Mapping[str, str] = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}
#: These own their pods directly; another workload's pods may carry the same labels.
_OWNERS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController")


class PodFinder:
    """Asks one cluster."""

    def __init__(self, client: KubeClient, discovery: Discovery) -> None:
        self._client = client
        self._discovery = discovery

    def chosen(self, params: Params) -> t.List[Obj]:
        """By the options kind, api_version, name, namespace and label_selectors."""
        if params.get("label_selectors"):
            return self._pods(params["namespace"], ",".join(params["label_selectors"]))
        return self.named(ref_from(params))

    def named(self, ref: ObjectRef) -> t.List[Obj]:
        """The pod, or the pods of the workload, of that name. Raises InputError where there is no such object."""
        resource = self._discovery.resource_for(ref.api_version, ref.kind)
        found = self._client.find(resource, ref.name, ref.namespace)
        if found is None:
            raise InputError(f"{ref} does not exist.")
        obj = {**found, "apiVersion": ref.api_version, "kind": ref.kind}
        return [obj] if ref.kind == "Pod" else self._of(obj)

    def _of(self, owner: Obj) -> t.List[Obj]:
        kind, namespace = text(owner, "kind"), text(owner, "metadata", "namespace")
        if kind == "CronJob":
            return self._of_newest_job(owner)
        pods = self._pods(namespace, selection_of(owner))
        if kind == "Deployment":
            return self._of_deployment(owner, pods)
        return [pod for pod in pods if kind not in _OWNERS or owner_of(pod) == uid_of(owner)]

    def _of_deployment(self, owner: Obj, pods: t.List[Obj]) -> t.List[Obj]:
        """Those of its newest template; while that has none, of the ones before it."""
        sets = self._list("apps/v1", "ReplicaSet", text(owner, "metadata", "namespace"), selection_of(owner))
        newest = new_replica_set(owner, sets)
        mine = {uid_of(one) for one in sets if owner_of(one) == uid_of(owner)}
        present = [pod for pod in pods if newest is not None and owner_of(pod) == uid_of(newest)]
        return present or [pod for pod in pods if owner_of(pod) in mine]

    def _of_newest_job(self, owner: Obj) -> t.List[Obj]:
        jobs = self._list("batch/v1", "Job", text(owner, "metadata", "namespace"))
        mine = [job for job in jobs if owner_of(job) == uid_of(owner)]
        newest = max(mine, key=lambda job: text(job, "metadata", "creationTimestamp"), default=None)
        return self._of({**newest, "kind": "Job"}) if newest else []

    def _pods(self, namespace: str, selector: str) -> t.List[Obj]:
        return sorted(self._list("v1", "Pod", namespace, selector), key=name_of)

    def _list(self, api_version: str, kind: str, namespace: str, selector: str = "") -> t.List[Obj]:
        resource = self._discovery.resource_for(api_version, kind)
        return list(self._client.list(resource, namespace, label_selector=selector)["items"])


def ref_from(params: Params) -> ObjectRef:
    api_version = params.get("api_version") or API_VERSIONS.get(params["kind"], "v1")
    return ObjectRef(api_version, params["kind"], params["namespace"], params["name"])
