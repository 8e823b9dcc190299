# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines only when there is news."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.progress import Progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    finished,
    pod,
    workload,
)


def standing(obj: dict) -> Standing:
    ref = ObjectRef.from_object(obj)
    health = compute(obj)
    return Standing(Target(ref, None), ref, obj, health.status == "Current", health)


def test_only_changes_are_told():
    said: list[str] = []
    progress = Progress(said.append)
    for obj in (workload(), workload(), finished(workload()), finished(workload())):
        progress.show([standing(obj)])
    assert said == ["Deployment shop/web: 0/3 updated, 0 available", "Deployment shop/web: 3/3 updated, 3 available"]


def test_nothing_is_said_of_what_was_good_from_the_start():
    said: list[str] = []
    Progress(said.append).show([standing(finished(workload()))])
    assert said == []


def test_a_pod_in_trouble_is_told():
    said: list[str] = []
    Progress(said.append, lambda _s: [pod("web-1", crashed(1))]).show([standing(workload())])
    assert said[0].endswith("; CrashLoopBackOff: the process ended with exit code 1 (Error), 1 restart")


def test_a_lost_server_is_told_once():
    said: list[str] = []
    progress = Progress(said.append)
    progress.note("gone")
    progress.note("gone")
    assert said == ["gone"]


def test_of_many_objects_only_counts_and_troubles_are_told():
    said: list[str] = []
    now = [0.0]
    progress = Progress(said.append, lambda _s: [], lambda: now[0])
    for unmet in (200, 180, 150):
        progress.show([standing(workload())], 200, unmet)
    assert said == ["0 of 200 as wanted"]
    now[0] = 5.0
    progress.show([], 200, 150)
    progress.pods_of = lambda _s: [pod("web-1", crashed(1))]
    progress.show([standing(workload())], 200, 149)
    progress.show([], 200, 0)
    assert said[1] == "50 of 200 as wanted"
    assert said[2].startswith("Deployment shop/web: 0/3 updated, 0 available; CrashLoopBackOff")
    assert said[3:] == ["200 of 200 as wanted"]


def test_nothing_is_counted_where_all_was_good_from_the_start():
    said: list[str] = []
    Progress(said.append).show([standing(finished(workload()))], 200, 0)
    assert said == []
