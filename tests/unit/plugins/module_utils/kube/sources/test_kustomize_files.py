# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a kustomization prints back to what the user wrote."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import from_text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.kustomize_files import KustomizationFiles
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import manifests_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml, others]\n",
    "base/web.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replcas: 1
  template: {}
""",
    "base/others/kustomization.yml": "resources: [more.yaml, https://example.com/far.yaml]\n",
    "base/others/more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndta: {}\n",
    "prod/kustomization.yaml": """\
namePrefix: prod-
resources: [../base, lost.yaml]
patches:
  - path: patch.yaml
  - patch: "- op: add"
    target: {kind: Deployment}
patchesStrategicMerge: [broken.yaml]
""",
    "prod/patch.yaml": "kind: Deployment\nmetadata: {name: web}\nspec:\n  paused: 5\n",
    "prod/broken.yaml": "kind: [\n",
}
PRINTED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: prod-web}
spec: {replcas: 1, paused: 5, template: {}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: prod-more}
dta: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: generated}
"""


@pytest.fixture
def at(tmp_path: Path) -> t.Callable[[int, str], str]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    files = KustomizationFiles("overlays/prod", tmp_path / "prod")
    found = from_text(PRINTED, "kustomization overlays/prod", finder=files.place)
    return lambda index, path: found[index].place.at(path)


@pytest.mark.parametrize(
    ("index", "path", "expected"),
    [
        (0, ".spec.replcas", ":4 (overlays/base/web.yaml:10)"),
        (0, ".spec.paused", ":4 (overlays/prod/patch.yaml:4)"),
        # What is nowhere is where it would be.
        (0, ".spec.template.spec", ":4 (overlays/base/web.yaml:11)"),
        (1, ".dta", ":9 (overlays/base/others/more.yaml:4)"),
        (2, "", ":11"),
    ],
)
def test_the_file_that_the_user_wrote_is_named(
    at: t.Callable[[int, str], str], index: int, path: str, expected: str
) -> None:
    assert at(index, path) == f"kustomization overlays/prod{expected}"


def test_the_object_itself_is_named_by_its_file(at: t.Callable[[int, str], str]) -> None:
    assert at(1, "") == "kustomization overlays/prod:6 (overlays/base/others/more.yaml:1)"


def test_two_kustomizations_that_refer_to_each_other_end(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(f"resources: [../{other}]\n")
    source = SourceText("kustomization a", PRINTED, kustomization=str(tmp_path / "a"))
    assert manifests_of(source)[0].place.at() == "kustomization a:1"


def test_a_task_on_another_host_does_not_look_into_its_own_files() -> None:
    assert "kustomization" not in SourceText("kustomization a", PRINTED, kustomization="/a").as_option()
