# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figure 3: how soon after the last of many Deployments is ready a wait for all of them returns."""

from __future__ import annotations

import json
import sys
import threading
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tools import HERE, Workshop

if t.TYPE_CHECKING:
    from control_plane import ControlPlane

NAMESPACE = "waits"
REPLICAS = 50


@dataclass(frozen=True)
class Waited:
    deployments: int
    pods: int
    #: Seconds between the last Deployment's becoming ready, as another client sees it, and the end of our wait.
    late: float
    #: Most watches that were opened at one time for one kind and namespace.
    watches: int


def wait_for_many(plane: ControlPlane, shop: Workshop, nodes: int, deployments: int) -> Waited:
    plane.start_controllers()
    # Without leases each node would send its whole status every few seconds: more than the wait is about.
    plane.start_kwok("--node-lease-duration-seconds=40")
    plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    for number in range(nodes):
        plane.request("POST", "/api/v1/nodes", _node(number))
    for number in range(deployments):
        plane.request("POST", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", _deployment(number))
    print(f"  {nodes} nodes, {deployments} Deployments of {REPLICAS}", flush=True)
    report = shop.folder / "waited.json"
    ready_at: t.List[float] = []
    looker = threading.Thread(target=lambda: ready_at.append(_last_ready(plane)), daemon=True)
    looker.start()
    shop.run([sys.executable, HERE / "waits.py", report, str(deployments)])
    looker.join(30)
    ended, watches = json.loads(report.read_text())
    return Waited(deployments, deployments * REPLICAS, max(ended - ready_at[0], 0.0), watches)


def _last_ready(plane: ControlPlane) -> float:
    """The clock when all are ready: seen by lists, ten a second, so at most that much too late."""
    while True:
        items = plane.request("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments")["items"]
        asked = time.time()
        if all(item.get("status", {}).get("availableReplicas") == REPLICAS for item in items):
            return asked
        time.sleep(0.1)


def _node(number: int) -> t.Dict[str, t.Any]:
    room = {"cpu": "32", "memory": "256Gi", "pods": "110"}
    metadata = {"name": f"paper-{number}", "annotations": {"kwok.x-k8s.io/node": "fake"}}
    return {"metadata": metadata, "status": {"allocatable": room, "capacity": room}}


def _deployment(number: int) -> t.Dict[str, t.Any]:
    name = f"d{number}"
    # Without a probe a wait stays some seconds longer on purpose: a process that has only started may crash at once.
    probe = {"httpGet": {"path": "/", "port": 8080}}
    container = {"name": "main", "image": "main:1", "readinessProbe": probe}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def _measure(report: str, deployments: str) -> None:
    """In a process of its own: the verb, with its watches counted."""
    import os  # noqa: PLC0415

    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext  # noqa: PLC0415
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient  # noqa: PLC0415
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import VERB  # noqa: PLC0415

    open_now: t.Dict[str, int] = {}
    most = [0]
    lock = threading.Lock()
    real = KubeClient.watch

    def watch(self: KubeClient, kind: t.Any, namespace: str = "", **options: t.Any) -> t.Iterator[t.Any]:
        topic = f"{kind.api_version}/{kind.kind}/{namespace}"
        with lock:
            open_now[topic] = open_now.get(topic, 0) + 1
            most[0] = max(most[0], open_now[topic])
        try:
            yield from real(self, kind, namespace, **options)
        finally:
            with lock:
                open_now[topic] -= 1

    KubeClient.watch = watch  # type: ignore[method-assign]
    params = {name: option.get("default") for name, option in VERB.spec["argument_spec"].items()}
    objects = [_deployment(number) for number in range(int(deployments))]
    for obj in objects:
        obj["metadata"]["namespace"] = NAMESPACE
    params.update(definition=objects, wait_timeout=1800)
    VERB.run(params, TaskContext(env=dict(os.environ)))
    Path(report).write_text(json.dumps([time.time(), most[0]]))


if __name__ == "__main__":
    _measure(*sys.argv[1:])
