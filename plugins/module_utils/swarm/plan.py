# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a swarm's nodes, and whether the managers that stay can still agree. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import MANAGER, WORKER, Node

PRESENT, LEAVING, ABSENT = "present", "leaving", "absent"
_NONE = "(none)"


@dataclass(frozen=True)
class Wish:
    """What is asked of one node. Without an id: a host that check mode only predicts to join."""

    name: str
    id: str = ""
    role: str = WORKER
    availability: str | None = None
    labels: t.Mapping[str, str] = field(default_factory=dict)
    state: str = PRESENT


@dataclass(frozen=True)
class Change:
    """An update of one node, or its removal."""

    node: Node
    role: str
    availability: str
    labels: t.Mapping[str, str]
    remove: bool = False
    reasons: t.Tuple[str, ...] = ()
    #: Nothing runs there any more, and nobody there answers.
    dead: bool = False

    def shown(self) -> t.Dict[str, t.Any]:
        return {"node": self.node.hostname, "id": self.node.id, "changes": list(self.reasons)}

    def spec(self) -> t.Dict[str, t.Any]:
        return {"Role": self.role, "Availability": self.availability, "Labels": dict(self.labels)}


def check_wishes(wishes: t.Sequence[Wish]) -> None:
    seen: t.Dict[str, str] = {}
    for wish in wishes:
        if wish.id and wish.id in seen:
            raise InputError(f"nodes: {seen[wish.id]} and {wish.name} are the same node ({wish.id}): name it once.")
        seen[wish.id] = wish.name
    names = [wish.name for wish in wishes if wish.state == PRESENT]
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"nodes: two hosts have the hostname {name}: give each its own ('hostnamectl set-hostname'),"
                " or constraints and logs cannot tell them apart."
            )


def plan(
    nodes: t.Sequence[Node], wishes: t.Sequence[Wish], *, remove_unlisted: bool, replace_labels: bool
) -> t.List[Change]:
    """Promotions first, then labels and availability, then demotions, then removals: managers are never too few."""
    by_id = {node.id: node for node in nodes}
    changes = []
    for wish in wishes:
        if wish.state != PRESENT and wish.id not in by_id:
            continue
        if wish.id and wish.id not in by_id:
            raise SlipwayError(f"{wish.name} (node {wish.id}) is not in this swarm: has it been removed?")
        node = by_id.get(wish.id) or Node("", wish.name, wish.role, "active", "ready", "", {})
        changes.append(_change(node, wish, replace_labels))
    changes += [_removal(node, why, dead=dead) for node, why, dead in _left_over(nodes, wishes, remove_unlisted)]
    found = [change for change in changes if change.reasons]
    return sorted(found, key=lambda c: (c.remove, c.role == WORKER and c.node.role == MANAGER, c.node.hostname))


def _change(node: Node, wish: Wish, replace_labels: bool) -> Change:
    if wish.state == ABSENT:
        return _removal(node, "it leaves the swarm")
    leaving = wish.state == LEAVING
    role = WORKER if leaving else wish.role
    availability = "drain" if leaving else (wish.availability or node.availability)
    labels = dict(wish.labels) if replace_labels else {**node.labels, **wish.labels}
    if leaving:
        labels = dict(node.labels)
    reasons = []
    if role != node.role:
        reasons.append(f"role {node.role} -> {role}")
    if availability != node.availability:
        reasons.append(f"availability {node.availability} -> {availability}")
    reasons += [
        f"label {key}: {node.labels.get(key, _NONE)} -> {labels.get(key, _NONE)}" for key in _differing(node, labels)
    ]
    return Change(node, role, availability, labels, reasons=tuple(reasons))


def _differing(node: Node, labels: t.Mapping[str, str]) -> t.List[str]:
    return [key for key in sorted({*node.labels, *labels}) if node.labels.get(key) != labels.get(key)]


def _left_over(nodes: t.Sequence[Node], wishes: t.Sequence[Wish], remove: bool) -> t.Iterator[t.Tuple[Node, str, bool]]:
    """(node, why, whether it is dead). What no host stands for any more: a node whose host is back under a new id, and
    on request all others."""
    listed, new = {wish.id for wish in wishes if wish.id}, _new_nodes(nodes, wishes)
    names = {wish.name for wish in wishes}
    for node in nodes:
        if node.id in listed:
            continue
        if node.down and node.hostname in names:
            yield node, "it is down, and its host is this node no more", True
        elif _is_displaced(node, new.get(node.hostname)):
            yield node, "its host is this node no more", True
        elif remove:
            yield node, "no host of the inventory is this node", False


def undecided(nodes: t.Sequence[Node], wishes: t.Sequence[Wish]) -> t.List[str]:
    """Nodes that may be left over, of which the leader, new in its office, does not know yet whether they live."""
    listed, new = {wish.id for wish in wishes}, _new_nodes(nodes, wishes)
    return [
        node.hostname
        for node in nodes
        if node.id not in listed
        and node.state == "unknown"
        and node.hostname in new
        and not _is_displaced(node, new[node.hostname])
    ]


def _new_nodes(nodes: t.Sequence[Node], wishes: t.Sequence[Wish]) -> t.Dict[str, Node]:
    """The nodes that hosts are now, by hostname."""
    by_id = {node.id: node for node in nodes}
    return {wish.name: by_id[wish.id] for wish in wishes if wish.id in by_id}


def _is_displaced(node: Node, new: Node | None) -> bool:
    """Another node has its name and its address, where one engine can be."""
    return new is not None and bool(new.address) and node.address == new.address


def _removal(node: Node, why: str, *, dead: bool = False) -> Change:
    reasons = (f"removed: {why}",)
    return Change(node, WORKER, "drain", node.labels, remove=True, reasons=reasons, dead=dead or node.down)


def check_quorum(nodes: t.Sequence[Node], changes: t.Sequence[Change]) -> None:
    """The managers that stay must be able to agree without those that go."""
    gone = {change.node.id for change in changes if change.role == WORKER and change.node.role == MANAGER}
    new = sum(1 for change in changes if change.role == MANAGER and change.node.role == WORKER)
    stay = [node for node in nodes if node.role == MANAGER and node.id not in gone]
    if not gone:
        return
    total, alive = len(stay) + new, sum(node.votes for node in stay) + new
    if alive < total // 2 + 1:
        names = ", ".join(sorted(change.node.hostname for change in changes if change.node.id in gone))
        raise SlipwayError(
            f"Without {names} the swarm would have {total} managers of which {alive} can be reached, and"
            f" {total // 2 + 1} must agree: bring managers back or add some first."
        )
