# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which workloads are ready no sooner than they are healthy."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.settle import needs_settling

BARE = {"containers": [{"name": "app"}]}
PROBED = {"containers": [{"name": "app", "readinessProbe": {"exec": {}}}]}
HALF = {"containers": [*PROBED["containers"], {"name": "sidecar"}]}

CASES = [
    ("Deployment", {"template": {"spec": BARE}}, True),
    ("Deployment", {"template": {"spec": PROBED}}, False),
    ("Deployment", {"template": {"spec": HALF}}, True),
    ("StatefulSet", {"template": {"spec": BARE}, "minReadySeconds": 10}, False),
    ("Deployment", {"template": {"spec": BARE}, "replicas": 0}, False),
    ("Job", {"template": {"spec": BARE}}, False),
    ("Pod", BARE, True),
    ("Pod", PROBED, False),
]


@pytest.mark.parametrize(("kind", "spec", "expected"), CASES)
def test_needs_settling(kind, spec, expected):
    assert needs_settling({"kind": kind, "spec": spec}) is expected


def test_a_pod_that_is_done_has_settled():
    assert not needs_settling({"kind": "Pod", "spec": BARE, "status": {"phase": "Succeeded"}})
