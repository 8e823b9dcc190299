# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a pod's way, and how long it may."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.trouble import (
    CONFIG_GRACE,
    NETWORK_GRACE,
    UNSCHEDULABLE_GRACE,
    trouble_of,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    container,
    crashed,
    pod,
    waiting,
)

PULL = 'Back-off pulling image "shop/web:v1": ErrImagePull: failed to resolve "shop/web:v1": '

GRACES = [
    ("ImagePullBackOff", PULL + "shop/web:v1: not found", 0),
    ("ImagePullBackOff", "", 0),
    ("ImagePullBackOff", PULL + "unexpected status: 401 Unauthorized", 0),
    ("ImagePullBackOff", PULL + "dial tcp 10.0.0.1:443: i/o timeout", NETWORK_GRACE),
    ("ImagePullBackOff", PULL + "429 Too Many Requests - toomanyrequests: pull rate limit", NETWORK_GRACE),
    ("ImagePullBackOff", PULL + "503 Service Unavailable", NETWORK_GRACE),
    ("ImagePullBackOff", PULL + "lookup registry.shop: no such host", CONFIG_GRACE),
    ("ErrImagePull", PULL + "manifest unknown", 0),
    ("ErrImagePull", PULL + "no match for platform in manifest", 0),
    ("ErrImagePull", PULL + "something new", CONFIG_GRACE),
    ("ErrImagePull", "pull QPS exceeded", NETWORK_GRACE),
    ("InvalidImageName", 'Failed to apply default image tag "Web:": invalid reference format', 0),
    ("ErrImageNeverPull", "", 0),
    ("CreateContainerConfigError", 'secret "db" not found', CONFIG_GRACE),
    ("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition", NETWORK_GRACE),
    ("CreateContainerError", "context deadline exceeded", NETWORK_GRACE),
    ("RunContainerError", 'exec: "/no": stat /no: no such file or directory', 0),
    ("RunContainerError", "device or resource busy", CONFIG_GRACE),
]


@pytest.mark.parametrize(("reason", "message", "grace"), GRACES)
def test_waiting_reasons(reason, message, grace):
    trouble = trouble_of(pod("web-1", waiting(reason, message)))
    assert (trouble.reason, trouble.grace, trouble.container) == (reason, grace, "app")
    assert message in trouble.message


@pytest.mark.parametrize("reason", ["ContainerCreating", "PodInitializing", "SomethingNew", ""])
def test_what_every_pod_goes_through_is_no_trouble(reason):
    assert trouble_of(pod("web-1", waiting(reason))) is None


def test_an_image_may_have_a_name_like_an_error():
    status = waiting("ImagePullBackOff", 'Back-off pulling image "shop/timeout-eof:v1": shop/timeout-eof:v1: not found')
    assert trouble_of(pod("web-1", {**status, "image": "shop/timeout-eof:v1"})).certain


def test_pull_reasons_alternate_but_are_one_trouble():
    families = {trouble_of(pod("web-1", waiting(r))).family for r in ("ErrImagePull", "ImagePullBackOff")}
    assert families == {"image"}


def test_one_crash_is_no_loop_yet():
    assert not trouble_of(pod("web-1", crashed(1))).certain


def test_two_restarts_are_a_loop():
    trouble = trouble_of(pod("web-1", crashed(2, code=3)))
    assert trouble.certain
    assert trouble.crash
    assert (trouble.exit_code, trouble.previous) == (3, True)
    assert trouble.message == "CrashLoopBackOff: the process ended with exit code 3 (Error), 2 restarts"


def test_a_program_that_ends_well_again_and_again_is_a_loop_too():
    assert trouble_of(pod("web-1", crashed(3, code=0, reason="Completed"))).certain


def test_the_moment_between_crash_and_back_off():
    ended = container(restarts=2, state={"terminated": {"exitCode": 1, "reason": "Error"}})
    trouble = trouble_of(pod("web-1", ended))
    assert trouble.certain
    assert not trouble.previous


@pytest.mark.parametrize(("restarts", "known"), [(2, False), (3, False), (4, True)])
def test_a_container_that_runs_again_gets_its_chance(restarts, known):
    running = container(
        restarts=restarts, state={"running": {}}, lastState={"terminated": {"exitCode": 1, "reason": "Error"}}
    )
    assert (trouble_of(pod("web-1", running)) is not None) is known


def test_a_container_that_got_ready_is_forgiven():
    ready = container(restarts=9, ready=True, state={"running": {}}, lastState={"terminated": {"exitCode": 1}})
    assert trouble_of(pod("web-1", ready)) is None


def test_a_program_that_is_not_there_needs_no_second_crash():
    trouble = trouble_of(pod("web-1", crashed(1, code=128, reason="StartError", message='exec: "x": not found')))
    assert trouble.certain
    assert not trouble.crash


def test_out_of_memory_is_said():
    assert "OOMKilled" in trouble_of(pod("web-1", crashed(2, code=137, reason="OOMKilled"))).message


def test_the_last_word_of_a_process_is_shown():
    assert trouble_of(pod("web-1", crashed(2, message="a\nno database\n"))).message.endswith("no database, 2 restarts")


def test_an_init_container_counts():
    stuck = pod("web-1", waiting("PodInitializing"))
    stuck["status"]["initContainerStatuses"] = [crashed(2)]
    assert trouble_of(stuck).crash


def test_no_node_takes_it():
    lonely = pod("web-1")
    lonely["status"]["conditions"].append(
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2 nodes are available"}
    )
    assert trouble_of(lonely).grace == UNSCHEDULABLE_GRACE
    lonely["status"]["conditions"][-1]["reason"] = "SchedulingGated"
    assert trouble_of(lonely) is None


def test_a_pod_that_goes_away_has_no_trouble():
    leaving = pod("web-1", crashed(5))
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert trouble_of(leaving) is None
