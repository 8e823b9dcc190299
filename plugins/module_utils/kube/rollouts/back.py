# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout that failed is taken back: the workloads become what they were, and the failure tells both stories."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import field
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.change import changes_back
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.freeing import free_stateful_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.workload import Workload

Wait = t.Callable[[t.Sequence[Workload]], None]


def take_back(workloads: t.Sequence[Workload], wait: Wait, say: t.Callable[[str], None]) -> str:
    """How it went, as a sentence for the end of the failure's own."""
    changed = [workload for workload in workloads if workload.changed]
    if not changed:
        return "Nothing had been changed, so there is nothing to take back."
    names = ", ".join(str(workload.ref) for workload in changed)
    say(f"taking back {names}")
    try:
        for workload in changed:
            _restore(workload)
        wait([workload for workload in changed if field(workload.before, "spec", "paused") is not True])
    except SlipwayError as second:
        return f"Taking {names} back failed too: {second.message}"
    paused = [str(workload.ref) for workload in changed if field(workload.before, "spec", "paused") is True]
    if paused:
        return f"What was changed is as before; {', '.join(paused)} is paused again, with the pods it has now."
    return f"{names} {'is' if len(changed) == 1 else 'are'} as before, and healthy."


def _restore(workload: Workload) -> None:
    now = workload.read()
    for change in changes_back(workload.before, now):
        workload.send(change)
    free_stateful_set(workload)
