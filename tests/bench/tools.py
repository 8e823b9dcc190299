# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools that are compared, each as its users run it, and what they need installed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: The collection kubernetes.core comes with this package.
ANSIBLE = "ansible==14.5.0"


@dataclass
class Workshop:
    """Where the tools are, and what they talk to."""

    kubeconfig: Path
    programs: Path
    peers: Path
    folder: Path
    env: t.Dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self, command: t.Sequence[t.Any], **env: str) -> float:
        """Seconds that a command takes. It must succeed."""
        started = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            env={**self.env, "KUBECONFIG": str(self.kubeconfig), "ANSIBLE_NOCOLOR": "1", **env},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        took = time.monotonic() - started
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return took

    def playbook(self, name: str, tasks: t.Sequence[t.Mapping[str, t.Any]]) -> Path:
        path = self.folder / f"{name}.yml"
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks)}
        path.write_text(yaml.safe_dump([play], sort_keys=False))
        return path


def install_peers(folder: Path) -> Path:
    """A virtual environment with the `ansible` package and what its Kubernetes modules need."""
    python = folder / "bin/python"
    ready = folder / f".{ANSIBLE}"
    if not ready.exists():
        print(f"installing {ANSIBLE} for comparison", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", ANSIBLE, "kubernetes", "jmespath"], check=True)
        ready.touch()
    return folder


class Tool(t.Protocol):
    name: str

    def empty(self) -> float: ...

    def apply(self, manifests: Path, namespace: str) -> float: ...


@dataclass
class Slipway:
    shop: Workshop
    name: str = "slipway.deploy"

    def empty(self) -> float:
        return self._play(self.shop.playbook("slipway-empty", []))

    def apply(self, manifests: Path, namespace: str) -> float:
        task = {"slipway.deploy.k8s_apply": {"src": [str(manifests)], "namespace": namespace}}
        return self._play(self.shop.playbook("slipway", [task]))

    def _play(self, playbook: Path) -> float:
        return self.shop.run([Path(sys.executable).parent / "ansible-playbook", playbook])


@dataclass
class KubernetesCore:
    shop: Workshop
    name: str = "kubernetes.core"

    def empty(self) -> float:
        return self._play(self.shop.playbook("core-empty", []))

    def apply(self, manifests: Path, namespace: str) -> float:
        del namespace
        options = {"src": str(manifests), "state": "present", "server_side_apply": {"field_manager": "core"}}
        task = {"kubernetes.core.k8s": {**options, "apply": True}}
        return self._play(self.shop.playbook("core", [task]))

    def _play(self, playbook: Path) -> float:
        command = [
            self.shop.peers / "bin/ansible-playbook",
            "-e",
            "ansible_python_interpreter={{ansible_playbook_python}}",
        ]
        return self.shop.run([*command, playbook], ANSIBLE_COLLECTIONS_PATH="", PYTHONPATH="")


@dataclass
class Kubectl:
    shop: Workshop
    name: str = "kubectl apply --server-side"

    def empty(self) -> float:
        return self.shop.run([self.shop.programs / "kubectl", "version", "--client"])

    def apply(self, manifests: Path, namespace: str) -> float:
        del namespace
        return self.shop.run([self.shop.programs / "kubectl", "apply", "--server-side", "-f", manifests])


@dataclass
class Helm:
    shop: Workshop
    name: str = "helm upgrade --install"

    def empty(self) -> float:
        return self.shop.run([self.shop.programs / "helm", "version"])

    def apply(self, manifests: Path, namespace: str) -> float:
        chart = self.shop.folder / f"chart-{namespace}"
        (chart / "templates").mkdir(parents=True, exist_ok=True)
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 1.0.0\n")
        (chart / "templates/all.yaml").write_text(manifests.read_text())
        command = [self.shop.programs / "helm", "upgrade", "--install", "bench", chart, "--namespace", namespace]
        return self.shop.run(command)


@dataclass
class Raw:
    """The least that a client can do: one request for each object, many at once."""

    shop: Workshop
    name: str = "raw client"

    def empty(self) -> float:
        return self.shop.run([sys.executable, HERE / "raw_client.py", self.shop.kubeconfig])

    def apply(self, manifests: Path, namespace: str) -> float:
        del namespace
        return self.shop.run([sys.executable, HERE / "raw_client.py", self.shop.kubeconfig, manifests])
