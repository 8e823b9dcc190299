# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figure 5: how soon a Deployment whose process ends again and again is reported, on real kubelets."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from tools import KubernetesCore, Slipway, Workshop

NAMESPACE = "bench-crash"
#: kubernetes.core waits for as long as it may: its default would only take longer.
_CORE_TIMEOUT = 60


@dataclass(frozen=True)
class Crash:
    """Seconds of whole commands."""

    ours: t.List[float]
    core: float


def crash_loop(shop: Workshop, rounds: int) -> Crash:
    ours, core = Slipway(shop), KubernetesCore(shop)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    module = "slipway.deploy.k8s_apply"
    ours._play(shop.playbook("crash-namespace", [{module: {"definition": namespace}}]))
    found = []
    try:
        for number in range(rounds):
            options = {"definition": _deployment(f"ours-{number}"), "wait": True, "wait_timeout": 120}
            told = "'exit code 3' in failed.msg"
            found.append(ours._play(shop.playbook("crash", _failing(module, options, told))))
            print(f"  crash loop, round {number + 1}: {found[-1]:.2f} s", flush=True)
        options = {"definition": _deployment("core"), "wait": True, "wait_timeout": _CORE_TIMEOUT}
        waited = core._play(shop.playbook("crash-core", _failing("kubernetes.core.k8s", options, "true")))
    finally:
        ours._play(shop.playbook("crash-gone", [{module: {"definition": namespace, "state": "absent"}}]))
    return Crash(found, waited)


def _failing(module: str, options: t.Dict[str, t.Any], told: str) -> t.List[t.Dict[str, t.Any]]:
    """A task that must fail, and say why."""
    task = {module: options, "register": "failed", "failed_when": "failed is not failed"}
    return [task, {"ansible.builtin.assert": {"that": [told], "quiet": True}}]


def _deployment(name: str) -> t.Dict[str, t.Any]:
    command = ["sh", "-c", "echo starting; exit 3"]
    container = {"name": "main", "image": "busybox:1.37", "command": command}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
