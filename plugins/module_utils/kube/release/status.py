# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a release runs, for people: nodes, workloads with their health, images by digest."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.record import Manifest

#: Kinds that a person means by "what runs"; the rest of a release is configuration.
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "PersistentVolumeClaim")

Rows = t.List[t.Dict[str, t.Any]]


def nodes(client: KubeClient, discovery: Discovery) -> Rows:
    found = client.list(discovery.resource_for("v1", "Node"))["items"]
    return [_node_row(node) for node in found]


def workloads(client: KubeClient, discovery: Discovery, objects: t.Sequence[Manifest]) -> Rows:
    """One row for each workload of the release, as it is now."""
    rows = []
    for ref in sorted(ObjectRef.from_object(obj) for obj in objects if obj.get("kind") in _WORKLOADS):
        live = client.find(discovery.resource_for(ref.api_version, ref.kind), ref.name, ref.namespace)
        health = compute(live)
        rows.append({"kind": ref.kind, "name": ref.name, "namespace": ref.namespace, **health.as_dict()})
    return rows


def images(client: KubeClient, discovery: Discovery, namespace: str) -> Rows:
    """The images that the namespace's pods run, and how many pods run each."""
    counted: t.Counter[str] = collections.Counter()
    for pod in client.list(discovery.resource_for("v1", "Pod"), namespace)["items"]:
        counted.update({container["image"] for container in pod["spec"]["containers"]})
    return [{"image": image, "pods": count} for image, count in sorted(counted.items())]


def _node_row(node: Manifest) -> t.Dict[str, t.Any]:
    addresses = {a["type"]: a["address"] for a in node["status"].get("addresses", [])}
    return {
        "node": node["metadata"]["name"],
        "version": node["status"]["nodeInfo"]["kubeletVersion"],
        "address": addresses.get("InternalIP", ""),
        **compute(node).as_dict(),
    }
