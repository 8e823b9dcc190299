# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a workload can no longer succeed."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import (
    REFUSED_GRACE,
    REFUSED_WHILE_MOVING_GRACE,
    doom_of,
    refusal_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import Trouble
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    pod,
    waiting,
    workload,
)

BAD = waiting("ImagePullBackOff", "not found")


def bad(name: str) -> dict:
    return pod(name, BAD)


def good(name: str) -> dict:
    return pod(name, ready=True)


def always(_uid: str, _trouble: Trouble) -> bool:
    return True


CASES = [
    ("no pods yet", workload(), [], False),
    ("all pods of a Deployment", workload(), [bad("a"), bad("b")], True),
    ("the only new pod of a rolling update", workload(), [bad("a")], True),
    ("one of two: a sick node", workload(), [good("a"), bad("b")], False),
    ("one of two, the other is still coming", workload(), [pod("a"), bad("b")], False),
    ("a crash loop", workload(), [pod("a", crashed(2))], True),
    ("a first crash", workload(), [pod("a", crashed(1))], False),
    ("an ordered StatefulSet waits for each pod", workload("StatefulSet"), [good("a"), bad("b")], True),
    ("a parallel one does not", workload("StatefulSet", podManagementPolicy="Parallel"), [pod("a"), bad("b")], False),
    ("a DaemonSet with no pod left to hope for", workload("DaemonSet"), [good("a"), bad("b")], True),
    ("a DaemonSet with a pod on its way", workload("DaemonSet"), [pod("a"), bad("b")], False),
    ("a Job without its image", workload("Job"), [bad("a")], True),
    ("a Job counts its crashes itself", workload("Job"), [pod("a", crashed(5))], False),
]


@pytest.mark.parametrize(("case", "obj", "pods", "doomed"), CASES, ids=[c[0] for c in CASES])
def test_doom(case, obj, pods, doomed):
    found = doom_of(obj, pods)
    assert (found is not None) is doomed, case
    if found:
        assert found.pod in pods
        assert found.trouble is not None


def test_a_grace_that_is_over_dooms():
    lonely = pod("a", waiting("CreateContainerConfigError", 'secret "db" not found'))
    assert doom_of(workload(), [lonely]) is None
    assert doom_of(workload(), [lonely], always).reason == "CreateContainerConfigError"


def test_a_failing_readiness_probe_never_dooms():
    running = pod("a", {"name": "app", "ready": False, "restartCount": 0, "state": {"running": {}}})
    assert doom_of(workload(), [running], always) is None


def test_a_refused_workload():
    refused = workload()
    refused["status"]["conditions"] = [
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: small"}
    ]
    assert refusal_of(refused, []).grace == REFUSED_GRACE
    assert refusal_of(refused, [good("a")]).grace == REFUSED_WHILE_MOVING_GRACE
    assert doom_of(refused, []) is None
    doom = doom_of(refused, [], always)
    assert (doom.reason, doom.message, doom.pod) == ("FailedCreate", "exceeded quota: small", None)
