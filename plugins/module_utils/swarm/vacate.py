# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until a node that is drained runs nothing any more."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import Node

_PAUSE = 0.5
#: A task in one of these has a container, or will have one.
_ALIVE = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running")


def vacate(api: EngineApi, node: Node, timeout: float, progress: t.Callable[[str], None]) -> None:
    end, told = time.monotonic() + timeout, -1
    while True:
        left = len(tasks_on(api, node.id))
        if not left:
            return
        if left != told:
            progress(f"{node.hostname}: {left} tasks still run")
            told = left
        if time.monotonic() >= end:
            raise SlipwayError(f"{node.hostname} is drained, and {left} tasks still run there after {timeout:g} s.")
        time.sleep(_PAUSE)


def tasks_on(api: EngineApi, node_id: str) -> t.List[t.Mapping[str, t.Any]]:
    tasks = api.get("/tasks", filters={"node": [node_id]}) or []
    return [task for task in tasks if (task.get("Status") or {}).get("State") in _ALIVE]
