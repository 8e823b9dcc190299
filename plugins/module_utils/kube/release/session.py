# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release works with: the cluster, the application's history, and the ways to put objects in and out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import HttpCheck, wait_for_answer
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.absent import make_absent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import make_present
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest as Placed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Place
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.record import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.store import FIELD_MANAGER, ReleaseStore

#: Deleted only by hand: data hangs on them, or everything else does.
_PROTECTED = ("Namespace", "PersistentVolumeClaim", "CustomResourceDefinition")


@dataclass(frozen=True)
class Session:
    """One application in one namespace of one cluster, for one task."""

    client: KubeClient
    discovery: Discovery
    store: ReleaseStore
    check: HttpCheck | None
    params: Params
    context: TaskContext

    @classmethod
    def open(cls, params: Params, context: TaskContext) -> Session:
        client = connect(params, context)
        discovery = Discovery(client)
        secrets = discovery.resource_for("v1", "Secret")
        store = ReleaseStore(client, secrets, params["namespace"], params["name"])
        return cls(client, discovery, store, HttpCheck.from_params(params["check"]), params, context)

    def located(self, manifests: t.Sequence[Placed]) -> t.List[Placed]:
        """With namespaces filled in, so that a record says exactly what was sent."""
        return [step.manifest for step in resolve(manifests, self.discovery, self.params["namespace"])]

    def put(self, manifests: t.Sequence[Placed]) -> Result:
        """Apply and wait; in check mode, say what would be applied."""
        return make_present(manifests, self._cluster(wait=True))

    def gate(self, check: HttpCheck | None) -> None:
        if check and not self.context.check_mode:
            self.context.progress(f"asking {check.url}")
            wait_for_answer(check)

    def record(self, objects: t.Sequence[Manifest], version: str, status: str, reason: str = "") -> None:
        check = self.check.as_params() if self.check else None
        self.store.record(objects, version, status, reason, keep=self.params["keep_releases"], check=check)

    def remove(self, objects: t.Sequence[Manifest]) -> Result:
        """Delete objects that no release wants any more, but for those that hold data."""
        doomed = [obj for obj in objects if obj.get("kind") not in _PROTECTED]
        if not doomed:
            return {"changed": False, "objects": [], "diff": []}
        placed = from_record(doomed, "the release before")
        return make_absent(placed, self._cluster(wait=False))

    def _cluster(self, wait: bool) -> Cluster:
        options = {
            "field_manager": FIELD_MANAGER,
            "force_conflicts": self.params["force_conflicts"],
            "namespace": self.params["namespace"],
            "wait": wait,
            "wait_timeout": self.params["wait_timeout"],
            # A release that the server refuses in part is not begun.
            "preflight": True,
        }
        return Cluster(self.client, self.discovery, options, self.context)


def from_record(objects: t.Sequence[Manifest], name: str) -> t.List[Placed]:
    """Objects of a recorded release as manifests; messages call their place `name`."""
    return [Placed(dict(obj), Place(name)) for obj in objects]
