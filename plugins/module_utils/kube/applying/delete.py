# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes objects, in the reverse order of their making: who needs an object goes before it."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Conflict, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import WORKERS
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.attempt import ask_about_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.departures import Departures
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    DELETED,
    FAILED,
    SKIPPED,
    UNCHANGED,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.deletion import build_deletion
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.run import run
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import DELETING


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
    rules: t.Sequence[Rule] = DEFAULT_RULES,
) -> None:
    """With `wait_timeout` what needs an object has gone before it is deleted: controllers may have to clean up.

    Without, deletions are still sent in that order.
    """
    departures = Departures(client, discovery, steps, wait_timeout or 0.0, progress)

    def remove(index: int) -> None:
        try:
            if _delete(client, steps[index]):
                departures.note_gone(index)
        except SlipwayError as exc:
            steps[index].fail(exc)
            raise

    waiting = wait_timeout is not None
    graph = build_deletion([step.manifest for step in steps], rules, gone=waiting)
    state = run(
        graph,
        [i for i, step in enumerate(steps) if step.action == DELETED],
        remove,
        await_ready=departures.await_ready,
        is_ready=lambda want: departures.is_gone(want.index),
        workers=WORKERS,
        words=DELETING,
    )
    for i, reason in state.reasons.items():
        steps[i].action, steps[i].error = SKIPPED, reason
    for error in state.unready.values():
        raise error
    if waiting and not any(isinstance(error, TransportError) for error in state.errors.values()):
        departures.wait_for_all(i for i, step in enumerate(steps) if step.action not in (FAILED, SKIPPED))


def _delete(client: KubeClient, step: Step) -> bool:
    """Whether it has gone at once. Else something has to be done first: it has finalizers, or time to end."""
    ref = step.manifest.ref
    uid = (step.before or {}).get("metadata", {}).get("uid", "")
    try:
        answer = client.delete(step.resource, ref.name, ref.namespace, uid=uid)
    except NotFound:
        return True  # somebody was faster
    except Conflict:
        # Another object has taken the name since. Where the user has said that name, it is not to be there either.
        if step.only_this:
            step.note = "was replaced by another, which stays"
            return True
        answer = client.delete(step.resource, ref.name, ref.namespace)
    return answer.get("kind") == "Status"
