# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The traps of kstatus, one by one: what other tools call InProgress for ever, or Current too early."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import doom_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import (
    UNSCHEDULABLE_GRACE,
    Trouble,
    trouble_of,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    pod,
    waiting,
    workload,
)


def always(_uid: str, _trouble: Trouble) -> bool:
    return True


def test_an_image_that_cannot_be_pulled_is_not_in_progress_for_ever():
    for reason in ("ErrImagePull", "ImagePullBackOff"):
        assert compute(pod("web-1", waiting(reason, "manifest unknown"))).status == "Failed"


def test_a_config_that_is_missing_dooms_after_a_grace():
    key = pod("web-1", waiting("CreateContainerConfigError", "couldn't find key url in Secret shop/db"))
    assert compute(key).status == "InProgress"
    assert doom_of(workload(), [key], always).message.endswith("couldn't find key url in Secret shop/db")


def test_a_failed_pod_is_not_current():
    ended = pod()
    ended["status"]["phase"] = "Failed"
    assert compute(ended).status == "Failed"


def test_a_job_that_merely_started_is_not_current():
    started = {"apiVersion": "batch/v1", "kind": "Job", "status": {"startTime": "2026-01-01T00:00:00Z", "active": 1}}
    assert compute(started).status == "InProgress"


def test_an_old_revision_under_on_delete_is_not_current():
    db = workload("StatefulSet", "db", updateStrategy={"type": "OnDelete"})
    db["status"].update(replicas=3, readyReplicas=3, availableReplicas=3, updatedReplicas=0)
    assert compute(db).status == "InProgress"


def test_pods_of_daemon_sets_and_jobs_are_looked_at():
    assert doom_of(workload("DaemonSet"), [pod("agent-1", crashed(3))]).reason == "CrashLoopBackOff"
    assert doom_of(workload("Job"), [pod("migrate-1", waiting("InvalidImageName"))]).reason == "InvalidImageName"


def test_unschedulable_is_given_longer_than_an_autoscaler_needs():
    lonely = pod("web-1")
    lonely["status"]["conditions"] = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]
    assert trouble_of(lonely).grace == UNSCHEDULABLE_GRACE >= 600
    assert doom_of(workload(), [lonely]) is None
    assert doom_of(workload(), [lonely], always).reason == "Unschedulable"


def test_one_bad_pod_of_many_is_not_doom_and_all_new_ones_are():
    bad, good = pod("web-1", crashed(5)), pod("web-2", ready=True)
    assert doom_of(workload(), [bad, good]) is None
    assert doom_of(workload(), [bad, pod("web-2", crashed(5))]) is not None


def test_a_probe_has_its_own_budget():
    running = pod("web-1", {"name": "app", "ready": False, "restartCount": 1, "state": {"running": {}}})
    assert doom_of(workload(), [running], always) is None


def test_two_crashes_in_a_row_need_no_third():
    """The kubelet's second pause is ten seconds: whoever waits for the third crash is told too late."""
    ended = {"terminated": {"exitCode": 1, "reason": "Error"}}
    status = {"name": "app", "ready": False, "lastState": ended, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    graces = [trouble_of(pod("web-1", {**status, "restartCount": n})).grace for n in (0, 1, 2)]
    assert graces == [20.0, 3.0, 0.0]
    # What the kubelet says for the first ten seconds.
    waits = {"name": "app", "ready": False, "restartCount": 1, "state": ended}
    assert trouble_of(pod("web-1", waits)).grace == 3.0
    assert trouble_of(pod("web-1", {**waits, "restartCount": 0})) is None
