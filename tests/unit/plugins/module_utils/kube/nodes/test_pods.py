# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pods a drain may touch."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import (
    DAEMON,
    EMPTY_DIR,
    EVICT,
    LEAVE,
    UNMANAGED,
    Allowed,
    fate,
    refusal,
    sort_pods,
)

NOTHING = Allowed()
ALL = Allowed(force=True, delete_emptydir_data=True)


def pod(name: str = "web", owner: str = "ReplicaSet", **more: t.Any) -> dict[str, t.Any]:
    owners = [{"kind": owner, "name": "x", "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "shop", "ownerReferences": owners, **more.pop("metadata", {})}
    return {"metadata": metadata, "spec": {"nodeName": "n1"}, "status": {"phase": "Running"}, **more}


EMPTY = {"volumes": [{"name": "tmp", "emptyDir": {}}]}


@pytest.mark.parametrize(
    ("found", "allowed", "expected"),
    [
        (pod(), NOTHING, EVICT),
        (pod(owner="DaemonSet"), NOTHING, LEAVE),
        (pod(owner="DaemonSet", spec=EMPTY), NOTHING, LEAVE),
        (pod(owner="DaemonSet"), Allowed(ignore_daemonsets=False), DAEMON),
        (pod(owner="Node", metadata={"annotations": {"kubernetes.io/config.mirror": "h"}}), NOTHING, LEAVE),
        (pod(owner=""), NOTHING, UNMANAGED),
        (pod(owner=""), ALL, EVICT),
        (pod(spec=EMPTY), NOTHING, EMPTY_DIR),
        (pod(spec=EMPTY), ALL, EVICT),
        (pod(owner="", spec=EMPTY, status={"phase": "Succeeded"}), NOTHING, EVICT),
        (pod(owner="", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}), NOTHING, EVICT),
        # An owner that is no controller makes nothing again.
        (pod(owner="", metadata={"ownerReferences": [{"kind": "Thing"}]}), NOTHING, UNMANAGED),
    ],
)
def test_fate(found: dict[str, t.Any], allowed: Allowed, expected: str) -> None:
    assert fate(found, allowed) == expected


def test_all_that_stands_against_it_is_said_at_once() -> None:
    found = sort_pods([pod("b", owner=""), pod("a", owner=""), pod("c", spec=EMPTY), pod("d")], NOTHING)
    assert [one["metadata"]["name"] for one in found.evict] == ["d"]
    assert refusal(found.refused) == (
        "no controller would make shop/a, shop/b again (delete_options.force: true deletes them); "
        "shop/c would lose their emptyDir volumes (delete_options.delete_emptydir_data: true accepts it)"
    )
