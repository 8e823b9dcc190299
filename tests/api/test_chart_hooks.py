# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chart whose hooks are Jobs that run: before everything else, after everything else, again when they change, and
in the way of everything else when they fail. Rendered by the real helm, run by the real Job controller."""

from __future__ import annotations

import secrets
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB
from ansible_collections.slipway.deploy.tests.api.conftest import PROGRAMS
from ansible_collections.slipway.deploy.tests.api.faces import run_verb
from ansible_collections.slipway.deploy.tests.api.paper import Paper, until

_JOB = """
apiVersion: batch/v1
kind: Job
metadata:
  name: NAME
  annotations: {helm.sh/hook: "HOOK", helm.sh/hook-weight: "WEIGHT", slipway.deploy/wait-timeout: 30s}
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {pool: {{ .Values.pool | quote }}}
      containers: [{name: main, image: "main:{{ .Values.tag }}"}]
"""
_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {pool: {{ .Values.pool | quote }}}
      containers: [{name: main, image: "main:1"}]
"""


def _job(name: str, hook: str, weight: int = 0) -> str:
    return _JOB.replace("NAME", name).replace("HOOK", hook).replace("WEIGHT", str(weight))


class Chart:
    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self.plane, self.folder = plane, folder
        self.namespace = f"hooks-{secrets.token_hex(4)}"
        plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": self.namespace}})
        self.paper = Paper(plane, self.namespace)
        self.node = self.paper.node()
        path = f"/api/v1/namespaces/{self.namespace}/serviceaccounts/default"
        until("the service account is there", lambda: plane.request("GET", path))
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
        hooks = {
            "migrate": _job("migrate", "pre-install,pre-upgrade", 5),
            "prepare": _job("prepare", "pre-install,pre-upgrade", -5),
            "announce": _job("announce", "post-install"),
            "remove": _job("remove", "pre-delete"),
        }
        for name, text in {**hooks, "web": _DEPLOYMENT}.items():
            (folder / f"templates/{name}.yaml").write_text(text)

    def apply(self, tag: str, *, check: bool = False) -> Result:
        chart = {"chart": str(self.folder), "name": "web", "binary": str(PROGRAMS / "helm")}
        chart["values"] = {"tag": tag, "pool": self.paper.pool}  # type: ignore[assignment]
        options = {"helm": [chart], "namespace": self.namespace, "kubeconfig": str(self.plane.kubeconfig)}
        return run_verb(VERB, {**options, "wait": True, "wait_timeout": 60}, TaskContext(check_mode=check))

    def get(self, plural: str, name: str, group: str = "batch/v1") -> t.Any:
        return self.plane.request("GET", f"/apis/{group}/namespaces/{self.namespace}/{plural}/{name}")

    def names(self, plural: str, group: str = "batch/v1") -> list[str]:
        found = self.plane.request("GET", f"/apis/{group}/namespaces/{self.namespace}/{plural}")["items"]
        return sorted(item["metadata"]["name"] for item in found)


@pytest.fixture
def chart(moving_plane: ControlPlane, tmp_path: Path) -> t.Iterator[Chart]:
    made = Chart(moving_plane, tmp_path)
    yield made
    moving_plane.request("DELETE", f"/api/v1/nodes/{made.node}")


def _done(job: t.Any) -> str:
    return str(job["status"]["completionTime"])


def _made(obj: t.Any) -> str:
    return str(obj["metadata"]["creationTimestamp"])


def test_hooks_run_when_helm_would_run_them(chart: Chart) -> None:
    predicted = chart.apply("1", check=True)
    result = chart.apply("1")
    assert result["summary"] == predicted["summary"]
    assert result["summary"]["created"] == 4
    assert chart.names("jobs") == ["announce", "migrate", "prepare"], "pre-delete is no part of applying"
    prepare, migrate, announce = (chart.get("jobs", name) for name in ("prepare", "migrate", "announce"))
    web = chart.get("deployments", "web", "apps/v1")
    available = next(c for c in web["status"]["conditions"] if c["type"] == "Available")
    assert available["status"] == "True"
    steps = [
        _done(prepare),
        _made(migrate),
        _done(migrate),
        _made(web),
        available["lastTransitionTime"],
        _made(announce),
    ]
    assert steps == sorted(steps)
    assert _done(announce), "the task waits for the last of them"


def test_hooks_run_again_when_they_change_and_only_then(chart: Chart) -> None:
    chart.apply("1")
    before = {name: chart.get("jobs", name)["metadata"]["uid"] for name in chart.names("jobs")}
    again = chart.apply("1")
    assert not again["changed"]
    assert {name: chart.get("jobs", name)["metadata"]["uid"] for name in before} == before
    upgraded = chart.apply("2")
    assert upgraded["summary"]["recreated"] == 3
    assert upgraded["summary"]["unchanged"] == 1
    assert all(chart.get("jobs", name)["metadata"]["uid"] != uid for name, uid in before.items())
    assert all(_done(chart.get("jobs", name)) for name in before)


def test_a_hook_that_fails_stops_what_comes_after_it(chart: Chart) -> None:
    with pytest.raises(SlipwayError) as failed:
        chart.apply("broken")
    assert chart.names("jobs") == ["prepare"]
    assert chart.names("deployments", "apps/v1") == []
    assert "Job " in failed.value.message
    assert "3 of 4 objects need this and were not sent" in failed.value.message
    actions = {o["name"]: o["action"] for o in failed.value.details["objects"]}
    assert actions == {"prepare": "created", "migrate": "skipped", "web": "skipped", "announce": "skipped"}
