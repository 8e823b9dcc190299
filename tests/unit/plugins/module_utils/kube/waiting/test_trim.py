# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is forgotten of an object must not change how it is judged."""

from __future__ import annotations

import json

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import doom_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import new_replica_set, owner_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import trouble_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.trim import (
    lean_pod,
    lean_replica_set,
    unmanaged,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    pod,
    replica_set,
    waiting,
    workload,
)

LONELY = pod("lonely")
LONELY["status"]["conditions"].append({"type": "PodScheduled", "status": "False", "reason": "Unschedulable"})
EVICTED = pod("evicted")
EVICTED["status"].update(phase="Failed", reason="Evicted", message="no memory")
PODS = [
    pod("ready", ready=True),
    pod("crash", crashed(3, code=3)),
    pod("image", waiting("ImagePullBackOff", "not found")),
    pod("new"),
    LONELY,
    EVICTED,
]


@pytest.mark.parametrize("obj", PODS, ids=lambda o: o["metadata"]["name"])
def test_a_lean_pod_is_judged_alike(obj):
    lean = lean_pod(obj)
    assert trouble_of(lean) == trouble_of(obj)
    assert compute(lean) == compute(obj)
    assert (
        doom_of(workload(), [lean]) is None or doom_of(workload(), [lean]).reason == doom_of(workload(), [obj]).reason
    )


def test_it_is_lean():
    full = pod("web-1", {"name": "app", "ready": True, "image": "x" * 900}, owner="rs", ready=True)
    full["metadata"]["managedFields"] = [{"fieldsV1": {"f:spec": {}}}] * 50
    full["spec"].update(tolerations=[{"key": "x" * 50}] * 50, volumes=[{"name": "token", "projected": {}}])
    assert len(json.dumps(lean_pod(full))) < 500
    assert owner_of(lean_pod(full)) == "rs"


def test_claims_stay():
    full = pod("web-1")
    full["spec"]["volumes"] = [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "e"}]
    assert lean_pod(full)["spec"]["volumes"] == full["spec"]["volumes"][:1]


def test_a_lean_replica_set_is_still_the_newest():
    sets = [lean_replica_set(replica_set(name, "uid-web", n, spec={})) for name, n in (("old", 1), ("new", 2))]
    assert new_replica_set(workload(), sets)["metadata"]["name"] == "new"
    assert "spec" not in sets[0]


def test_managed_fields_are_dropped_and_nothing_else():
    assert unmanaged({"metadata": {"name": "a", "managedFields": []}, "x": 1}) == {"metadata": {"name": "a"}, "x": 1}
    assert unmanaged({"metadata": None}) == {"metadata": None}
