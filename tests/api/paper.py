# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes and workloads that exist on paper: KWOK plays their kubelets."""

from __future__ import annotations

import json
import secrets
import ssl
import time
import typing as t
import urllib.request

from control_plane import ControlPlane

Obj = dict[str, t.Any]
MERGE = "application/merge-patch+json"


def until(what: str, true: t.Callable[[], t.Any], seconds: float = 60.0) -> t.Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:g} s: {what}")


class Paper:
    """Objects in one namespace; its nodes are used by nobody else."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self.plane, self.namespace = plane, namespace
        self.pool = secrets.token_hex(3)
        self._count = 0

    def node(self) -> str:
        self._count += 1
        name = f"node-{self.pool}-{self._count}"
        metadata = {
            "name": name,
            "labels": {"pool": self.pool, "kubernetes.io/hostname": name},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        }
        self.plane.request("POST", "/api/v1/nodes", {"metadata": metadata})
        until(f"{name} is ready", lambda: "Ready" in self._true_conditions(self.get_node(name)))
        until(f"{name} takes pods", lambda: not self.get_node(name)["spec"].get("taints"))
        return name

    def get_node(self, name: str) -> Obj:
        return t.cast(Obj, self.plane.request("GET", f"/api/v1/nodes/{name}"))

    def deployment(self, name: str, replicas: int, *, ready: bool = True, **pod: t.Any) -> None:
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": self._template(name, pod)}
        self.create("apps/v1", "deployments", name, spec)
        if ready:
            self.await_ready(name, replicas)

    def stateful_set(self, name: str, replicas: int, *, ready: bool = True, **pod: t.Any) -> None:
        template = self._template(name, pod)
        spec = {"replicas": replicas, "serviceName": name, "selector": {"matchLabels": {"app": name}}}
        self.create("apps/v1", "statefulsets", name, {**spec, "template": template})
        if ready:
            self.await_ready(name, replicas)

    def patch(self, path: str, body: t.Any) -> None:
        """A merge patch, as administrator."""
        context = ssl.create_default_context(cafile=self.plane.folder / "ca.crt")
        headers = {"Authorization": f"Bearer {self.plane.token}", "Content-Type": MERGE}
        request = urllib.request.Request(self.plane.server + path, json.dumps(body).encode(), headers, method="PATCH")
        urllib.request.urlopen(request, timeout=30, context=context).close()

    def run_image(self, plural: str, name: str, image: str) -> None:
        containers = [{"name": "app", "image": image}]
        template = {"spec": {"containers": containers}}
        self.patch(self.path("apps/v1", plural, name), {"spec": {"template": template}})

    def daemon_set(self, name: str, nodes: int, *, ready: bool = True, **pod: t.Any) -> None:
        spec = {"selector": {"matchLabels": {"app": name}}, "template": self._template(name, pod)}
        self.create("apps/v1", "daemonsets", name, spec)
        if ready:
            self.await_ready(name, nodes)

    def budget(self, name: str, app: str, **limits: t.Any) -> None:
        self.create("policy/v1", "poddisruptionbudgets", name, {"selector": {"matchLabels": {"app": app}}, **limits})
        path = self.path("policy/v1", "poddisruptionbudgets", name)
        until("the budget is counted", lambda: self.plane.request("GET", path)["status"].get("currentHealthy"))

    def bare_pod(self, name: str, **pod: t.Any) -> None:
        metadata = pod.pop("metadata", {})
        template = self._template(name, pod)
        self.create("v1", "pods", name, template["spec"], labels={"app": name}, **metadata)
        self.await_ready(name, 1)

    def create(self, api_version: str, plural: str, name: str, spec: Obj, **metadata: t.Any) -> None:
        self.plane.request(
            "POST", self.path(api_version, plural), {"metadata": {"name": name, **metadata}, "spec": spec}
        )

    def path(self, api_version: str, plural: str, name: str = "") -> str:
        root = "/apis/" if "/" in api_version else "/api/"
        return f"{root}{api_version}/namespaces/{self.namespace}/{plural}" + (f"/{name}" if name else "")

    def pods(self, app: str, node: str = "") -> list[Obj]:
        items = self.plane.request("GET", self.path("v1", "pods") + f"?labelSelector=app%3D{app}")["items"]
        return [pod for pod in items if not node or pod["spec"].get("nodeName") == node]

    def await_ready(self, app: str, count: int) -> None:
        until(f"{count} pods of {app} are ready", lambda: self._ready(app) == count, 120)

    def _ready(self, app: str) -> int:
        return sum("Ready" in self._true_conditions(pod) for pod in self.pods(app))

    @staticmethod
    def _true_conditions(obj: Obj) -> list[str]:
        return [c["type"] for c in obj.get("status", {}).get("conditions") or [] if c["status"] == "True"]

    def _template(self, app: str, pod: Obj) -> Obj:
        containers = [{"name": "app", "image": pod.pop("image", "shop/app:v1")}]
        spec = {"nodeSelector": {"pool": self.pool}, "containers": containers, **pod}
        return {"metadata": {"labels": {"app": app}}, "spec": spec}
