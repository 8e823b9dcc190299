# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose pods are whose, and which are new."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import (
    CONTROLLER_HASH,
    TEMPLATE_GENERATION,
    name_of,
    new_pods,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    pod,
    replica_set,
    workload,
)


def names(pods: list) -> list[str]:
    return [name_of(p) for p in pods]


def test_deployment_only_the_newest_replica_set():
    sets = [replica_set("web-old", "uid-web", 1), replica_set("web-new", "uid-web", 2)]
    sets.append(replica_set("other", "uid-other", 2))
    pods = [pod("c", owner="uid-web-old"), pod("b", owner="uid-web-new"), pod("a", owner="uid-web-new")]
    pods.append(pod("d", owner="uid-other"))
    assert names(new_pods(workload(), pods, sets)) == ["a", "b"]


def test_deployment_without_its_new_replica_set():
    assert new_pods(workload(), [pod("a", owner="uid-web-old")], [replica_set("web-old", "uid-web", 1)]) == []


def test_stateful_set_by_update_revision():
    db = workload("StatefulSet", "db")
    db["status"]["updateRevision"] = "db-2"
    pods = [pod("db-0", owner="uid-db", **{CONTROLLER_HASH: "db-1"})]
    pods.append(pod("db-1", owner="uid-db", **{CONTROLLER_HASH: "db-2"}))
    assert names(new_pods(db, pods)) == ["db-1"]


def test_daemon_set_by_template_generation():
    agent = workload("DaemonSet", "agent")
    agent["metadata"]["annotations"][TEMPLATE_GENERATION] = "2"
    pods = [pod("x", owner="uid-agent", **{"pod-template-generation": "1"})]
    pods.append(pod("y", owner="uid-agent", **{"pod-template-generation": "2"}))
    assert names(new_pods(agent, pods)) == ["y"]


def test_pods_that_are_replaced_anyway_do_not_count():
    evicted, leaving, alive = (pod(n, owner="uid-migrate") for n in ("evicted", "leaving", "alive"))
    evicted["status"]["phase"] = "Failed"
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert names(new_pods(workload("Job", "migrate"), [evicted, leaving, alive])) == ["alive"]
