# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that take manifests, in the controller's worker and shipped: the same arguments, the same result.

The other modules' tests have one of this kind each; that none is missing is checked here too.
"""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.tests.api.faces import both_faces

ROOT = Path(__file__).resolve().parents[2]
#: Numbers and dates, as a playbook's YAML has them: Ansible marks them, and shipped they are JSON.
_OBJECTS = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "annotations": {"built": "2026-01-31"}},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": "main:1", "resources": {"limits": {"cpu": 0.5}}}]},
            },
        },
    },
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"a": "1"}},
]


@pytest.fixture
def connected(plane: ControlPlane, namespace: str) -> dict[str, t.Any]:
    return {"kubeconfig": str(plane.kubeconfig), "namespace": namespace}


@pytest.mark.parametrize("options", [{}, {"apply_set": "web", "versioned": True}])
def test_apply_foretells_the_same(connected: dict[str, t.Any], tmp_path: Path, options: dict[str, t.Any]) -> None:
    arguments = {**connected, "definition": _OBJECTS, **options}
    here, there = both_faces(tmp_path, "k8s_apply", arguments, check_mode=True, diff=True)
    assert here == there
    assert here["summary"]["created"] >= 2
    assert "cpu: 0.5" in here["diff"][0]["after"]


def test_apply_refuses_the_same(connected: dict[str, t.Any], tmp_path: Path) -> None:
    wrong = [{**_OBJECTS[1], "dta": {"a": 1}}]
    here, there = both_faces(tmp_path, "k8s_apply", {**connected, "definition": wrong})
    assert here == there
    assert here["failed"]
    assert "did you mean 'data'?" in here["msg"]


def test_wait_says_the_same(plane: ControlPlane, connected: dict[str, t.Any], tmp_path: Path) -> None:
    plane.request("POST", f"/api/v1/namespaces/{connected['namespace']}/configmaps", {"metadata": {"name": "web"}})
    here, there = both_faces(tmp_path, "k8s_wait", {**connected, "definition": _OBJECTS[1:]})
    assert here.pop("duration") < 30
    assert there.pop("duration") < 30
    assert here == there
    assert [o["status"] for o in here["objects"]] == ["Current"]


def test_a_release_is_foretold_the_same(connected: dict[str, t.Any], tmp_path: Path) -> None:
    arguments = {**connected, "name": "web", "version": "1", "definition": _OBJECTS}
    here, there = both_faces(tmp_path, "k8s_release", arguments, check_mode=True, diff=True)
    assert here == there
    assert here["changed"]


def test_every_module_of_kubernetes_has_such_a_test() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    modules = sorted(path.stem for path in (ROOT / "plugins/modules").glob("k8s_*.py"))
    assert len(modules) >= 8
    named = set(re.findall(r'"(k8s_\w+)"', tests))
    assert [module for module in modules if module not in named] == []
