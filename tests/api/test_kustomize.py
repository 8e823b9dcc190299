# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mistake in a kustomization, found by the server's schema, is told with the file that has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from control_plane import ControlPlane

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB
from ansible_collections.slipway.deploy.tests.api.conftest import PROGRAMS
from ansible_collections.slipway.deploy.tests.api.faces import run_verb

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: main
          image: main:1
          imagePulPolicy: Always
""",
    "prod/kustomization.yaml": "namePrefix: prod-\nresources: [../base]\npatches: [{path: patch.yaml}]\n",
    "prod/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: many\n",
}


def test_the_file_with_the_mistake_is_named(plane: ControlPlane, namespace: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    options = {
        "kustomize": [str(tmp_path / "prod")],
        "kustomize_binary": str(PROGRAMS / "kustomize"),
        "namespace": namespace,
        "kubeconfig": str(plane.kubeconfig),
    }
    with pytest.raises(SlipwayError) as refused:
        run_verb(VERB, options, TaskContext())
    said = refused.value.message.replace(str(tmp_path), "")
    assert "(/base/web.yaml:12): " in said
    assert "spec.template.spec.containers[0].imagePulPolicy: unknown field" in said
    assert "(/prod/patch.yaml:5): " in said
    assert "spec.replicas: " in said
