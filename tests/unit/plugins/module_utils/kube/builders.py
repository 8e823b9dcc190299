# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes objects for the tests of this directory: pods in trouble, workloads, what owns them."""

from __future__ import annotations

import typing as t

Obj = t.Dict[str, t.Any]


def container(name: str = "app", *, restarts: int = 0, ready: bool = False, **more: t.Any) -> Obj:
    return {"name": name, "image": "shop/web:v1", "ready": ready, "restartCount": restarts, **more}


def waiting(reason: str, message: str = "", **more: t.Any) -> Obj:
    return container(state={"waiting": {"reason": reason, "message": message}}, **more)


def crashed(restarts: int, *, code: int = 1, reason: str = "Error", message: str = "") -> Obj:
    """In back-off after its last crash."""
    last = {"terminated": {"exitCode": code, "reason": reason, "message": message}}
    return waiting("CrashLoopBackOff", restarts=restarts, lastState=last)


def pod(name: str = "web-1", *statuses: Obj, owner: str = "", ready: bool = False, **labels: str) -> Obj:
    owners = [{"controller": True, "uid": owner}] if owner else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "labels": labels,
            "ownerReferences": owners,
        },
        "spec": {"containers": [{"name": "app"}]},
        "status": {
            "phase": "Running" if ready else "Pending",
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": list(statuses),
        },
    }


def workload(kind: str = "Deployment", name: str = "web", **spec: t.Any) -> Obj:
    """Its controller has seen it, and nothing of it runs."""
    return {
        "apiVersion": "batch/v1" if kind == "Job" else "apps/v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "generation": 1,
            "annotations": {"deployment.kubernetes.io/revision": "2"},
        },
        "spec": {"replicas": 3, **spec},
        "status": {"observedGeneration": 1},
    }


def replica_set(name: str, owner: str, revision: int, **template: t.Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [{"controller": True, "uid": owner}],
        },
        "spec": {"template": template},
    }


def finished(obj: Obj) -> Obj:
    counts = {"replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}
    return {**obj, "status": {**obj["status"], **counts}}
