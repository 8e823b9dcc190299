# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pods that have to leave, each with how far it is. Pure: the time is passed in."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, field, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.budgets import Budgets, Ticket
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import is_terminating, title

WAITING, ASKED, GOING, GONE, REFUSED = "waiting", "asked", "going", "gone", "refused"
_OPEN = (WAITING, ASKED, GOING)


@dataclass
class Leaving:
    """One pod. `held` is whether a budget refused it; `reason` is what the server or the rules said last."""

    pod: Object
    state: str = WAITING
    held: bool = False
    reason: str = ""
    #: Evicted by us, and not on its way already.
    by_us: bool = False
    ticket: Ticket = ()
    next_try: float = 0.0
    tries: int = 0

    @property
    def node(self) -> str:
        return text(self.pod, "spec", "nodeName")

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    def see(self, pod: Object) -> None:
        self.pod = pod
        if self.state == WAITING and is_terminating(pod):
            self.state = GOING


def why_stuck(leaving: Leaving, budgets: Budgets, now: datetime.datetime, node_ready: bool = True) -> t.Dict[str, str]:
    """`reason` in words, and the `budget` that is to blame, if one is."""
    if leaving.state == GOING:
        return {"reason": _terminating(leaving.pod, now, node_ready)}
    mine = budgets.of(leaving.pod)
    if len(mine) > 1:
        names = ", ".join(f"{budget.namespace}/{budget.name}" for budget in mine)
        return {"reason": f"is held by more than one budget ({names}), and so is never evicted", "budget": names}
    if mine and leaving.state == WAITING:
        budget = mine[0]
        return {"reason": f"is held by {budget}", "budget": f"{budget.namespace}/{budget.name}"}
    return {"reason": leaving.reason or "has not been asked to leave yet"}


def _terminating(pod: Object, now: datetime.datetime, node_ready: bool) -> str:
    parts = [f"has been terminating for {_seconds_since(pod, now)} s"]
    finalizers = field(pod, "metadata", "finalizers")
    if finalizers:
        parts.append(f"kept by its finalizers {', '.join(map(str, finalizers))}")
    if not node_ready:
        parts.append("and its kubelet does not answer")
    return ", ".join(parts)


def _seconds_since(pod: Object, now: datetime.datetime) -> int:
    """Since it was asked to end: the API's timestamp is when its grace is over."""
    over = datetime.datetime.strptime(text(pod, "metadata", "deletionTimestamp"), "%Y-%m-%dT%H:%M:%SZ")
    grace = field(pod, "metadata", "deletionGracePeriodSeconds")
    begun = over.replace(tzinfo=datetime.timezone.utc) - datetime.timedelta(seconds=grace if grace else 0)
    return max(int((now - begun).total_seconds()), 0)


def progress_line(node: str, leaving: t.Sequence[Leaving], budgets: Budgets) -> str:
    """`drain node1: 12 of 30 pods left; held: default/web-0 by budget default/web (...)`."""
    mine = [one for one in leaving if one.node == node]
    left = [one for one in mine if one.state != GONE]
    line = f"drain {node}: {len(left)} of {len(mine)} pods left"
    held = [one for one in left if one.state == WAITING and (one.held or budgets.of(one.pod))]
    if not held:
        return line
    by = budgets.of(held[0].pod)
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    return f"{line}; held: {title(held[0].pod)}{more} by {by[0] if by else 'a budget'}"
