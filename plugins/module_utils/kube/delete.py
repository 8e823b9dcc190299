# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes objects, in the reverse order of their making."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.attempt import ask_about_all, write_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import Conflict, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.order import waves
from ansible_collections.slipway.deploy.plugins.module_utils.kube.step import DELETED, FAILED, UNCHANGED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import ABSENT
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target


def plan_deletion(client: KubeClient, steps: t.Sequence[Step]) -> None:
    """What is there and not on its way out already will be deleted."""

    live = Live(client)
    live.look([(s.resource, s.manifest.ref) for s in steps if s.resource.plural])

    def look(step: Step) -> None:
        # A kind that is not served has no objects.
        step.before = live.get(step.resource, step.manifest.ref) if step.resource.plural else None
        going = step.before is not None and bool(step.before["metadata"].get("deletionTimestamp"))
        step.action = DELETED if step.before is not None and not going else UNCHANGED
        step.note = "is being deleted already" if going else ""
        step.after = step.before if going else None

    ask_about_all(look, steps)


def delete_all(
    client: KubeClient,
    discovery: Discovery,
    steps: t.Sequence[Step],
    wait_timeout: t.Optional[float],
    progress: t.Callable[[str], None],
) -> None:
    """With `wait_timeout` a wave has gone before the next is deleted: controllers may have to clean up after it."""
    deadline = None if wait_timeout is None else time.monotonic() + wait_timeout

    def remove(step: Step) -> None:
        ref = step.manifest.ref
        uid = (step.before or {}).get("metadata", {}).get("uid", "")
        try:
            client.delete(step.resource, ref.name, ref.namespace, uid=uid)
        except NotFound:
            pass  # somebody was faster
        except Conflict:
            # Another object has taken the name since we looked: it is not to be there either.
            client.delete(step.resource, ref.name, ref.namespace)

    for wave in waves(steps, lambda s: s.group_kind, reverse=True):
        write_all(remove, [s for s in wave if s.action == DELETED])
        leaving = [s for s in wave if s.before is not None and s.action != FAILED]
        if deadline is not None and leaving:
            targets = [Target(s.manifest.ref, s.resource) for s in leaving]
            left = max(deadline - time.monotonic(), 1.0)
            wait_for(client, discovery, targets, ABSENT, timeout=left, progress=progress)
