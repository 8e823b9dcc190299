# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of nodes, by the news of them."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.leaving import GOING, GONE, REFUSED, WAITING
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import Allowed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.scene import Scene
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    CHANGED,
    LISTED,
    REMOVED,
    Change,
)

PODS = Resource("", "v1", "Pod", "pods", True)
BUDGETS = Resource("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", True)


def pod(name: str, node: str = "n1", owner: str = "ReplicaSet", **metadata: t.Any) -> dict[str, t.Any]:
    owners = [{"kind": owner, "controller": True}] if owner else []
    found = {"namespace": "shop", "name": name, "uid": f"uid-{name}", "ownerReferences": owners, **metadata}
    return {"metadata": found, "spec": {"nodeName": node}}


def scene(*nodes: str) -> Scene:
    return Scene(PODS, BUDGETS, nodes or ("n1", "n2"), "", Allowed())


def states(found: Scene) -> dict[str, str]:
    return {uid[4:]: one.state for uid, one in found.pods.items()}


def test_pods_come_change_and_go() -> None:
    found = scene()
    on_n1, on_n2 = found.pod_topics
    found.take_pods(Change(on_n1, LISTED, (pod("a"), pod("b"), pod("agent", owner="DaemonSet"))))
    found.take_pods(Change(on_n2, LISTED, (pod("c", "n2"),)))
    assert states(found) == {"a": WAITING, "b": WAITING, "c": WAITING}
    found.take_pods(Change(on_n1, CHANGED, (pod("a", deletionTimestamp="2026-01-01T00:00:00Z"),)))
    found.take_pods(Change(on_n2, REMOVED, (pod("c", "n2"),)))
    assert states(found) == {"a": GOING, "b": WAITING, "c": GONE}


def test_a_new_list_of_one_node_says_nothing_of_the_other() -> None:
    found = scene()
    on_n1, on_n2 = found.pod_topics
    found.take_pods(Change(on_n1, LISTED, (pod("a"), pod("b"))))
    found.take_pods(Change(on_n2, LISTED, (pod("c", "n2"),)))
    found.take_pods(Change(on_n1, LISTED, (pod("b"),)))
    assert states(found) == {"a": GONE, "b": WAITING, "c": WAITING}


def test_many_nodes_are_one_watch_and_others_pods_are_not_ours() -> None:
    found = scene(*(f"n{number}" for number in range(20)))
    (everywhere,) = found.pod_topics
    found.take_pods(Change(everywhere, LISTED, (pod("a"), pod("z", "elsewhere"))))
    assert states(found) == {"a": WAITING}


def test_what_came_before_the_cordon_and_may_not_be_touched_is_told() -> None:
    found = scene()
    found.take_pods(Change(found.pod_topics[0], CHANGED, (pod("bare", owner=""),)))
    assert states(found) == {"bare": REFUSED}
    assert "no controller would make shop/bare again" in found.pods["uid-bare"].reason
