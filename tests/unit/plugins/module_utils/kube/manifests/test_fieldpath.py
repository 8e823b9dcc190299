# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Field paths of the API server, and where they stand in a text."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.fieldpath import node_at, steps

TEXT = """\
metadata:
  annotations:
    example.com/a.b: x
spec:
  containers:
    - name: one
    - name: two
      image: x
      ports: [1, 2]
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".spec.replicas", ["spec", "replicas"]),
        ("spec.containers[1].image", ["spec", "containers", 1, "image"]),
        ('.spec.containers[name="two"].image', ["spec", "containers", {"name": "two"}, "image"]),
        (
            '.spec.ports[containerPort=80,protocol="TCP"].name',
            ["spec", "ports", {"protocol": "TCP"}, "name"],
        ),
        ('.spec.finalizers["a/b"]', ["spec", "finalizers", "a/b"]),
        ("", []),
    ],
)
def test_steps(path: str, expected: list[object]) -> None:
    assert steps(path) == expected


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("spec", 4),
        ("spec.containers", 5),
        ("spec.containers[1]", 7),
        ('.spec.containers[name="two"].image', 8),
        ("spec.containers[1].ports[1]", 9),
        ("metadata.annotations.example.com/a.b", 3),
        # What is not there: the place it would be in.
        ("spec.replicas", 4),
        ("spec.containers[7].image", 5),
        ("status", 1),
    ],
)
def test_lines(path: str, line: int) -> None:
    assert node_at(yaml.compose(TEXT), path).start_mark.line + 1 == line
