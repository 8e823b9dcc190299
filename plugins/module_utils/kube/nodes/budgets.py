# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PodDisruptionBudgets: which hold a pod, and whether there is room for one more eviction. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    field,
    mapping,
    mappings,
    number,
    text,
)

Key = t.Tuple[str, str]
#: The budgets that one request counts against: none, or one.
Ticket = t.Tuple[Key, ...]


@dataclass
class Budget:
    """One budget as last heard of, and what we have asked of it since."""

    namespace: str
    name: str
    selector: t.Optional[Object]
    allowed: int
    healthy: int
    needed: int
    #: Evictions that it has room for, as far as we know.
    room: int = 0
    #: Counts the news of it.
    news: int = 0
    #: The `news` at which the one open request was sent.
    asked_at: t.Optional[int] = None

    def __str__(self) -> str:
        numbers = f"{self.allowed} disruptions allowed; {self.healthy} healthy pods, {self.needed} needed"
        return f"budget {self.namespace}/{self.name} ({numbers})"


class Budgets:
    """All that are known. The server counts; this only keeps us from asking in vain, and from asking too late.

    One request at a time for each budget: the server serialises them anyway, and slowly where they collide.
    """

    def __init__(self) -> None:
        self._known: t.Dict[Key, Budget] = {}

    def learn(self, obj: Object) -> None:
        key = (text(obj, "metadata", "namespace"), text(obj, "metadata", "name"))
        old = self._known.get(key)
        fresh = number(obj, "status", "observedGeneration") >= number(obj, "metadata", "generation")
        allowed = number(obj, "status", "disruptionsAllowed") if fresh else 0
        selector = field(obj, "spec", "selector")
        self._known[key] = Budget(
            *key,
            selector if isinstance(selector, t.Mapping) else None,
            allowed,
            number(obj, "status", "currentHealthy"),
            number(obj, "status", "desiredHealthy"),
            room=allowed,
            news=old.news + 1 if old else 0,
            asked_at=old.asked_at if old else None,
        )

    def forget(self, obj: Object) -> None:
        self._known.pop((text(obj, "metadata", "namespace"), text(obj, "metadata", "name")), None)

    def replace(self, objects: t.Iterable[Object]) -> None:
        found = list(objects)
        keys = {(text(obj, "metadata", "namespace"), text(obj, "metadata", "name")) for obj in found}
        self._known = {key: budget for key, budget in self._known.items() if key in keys}
        for obj in found:
            self.learn(obj)

    def of(self, pod: Object) -> t.List[Budget]:
        """Those whose selector takes this pod, by name."""
        namespace = text(pod, "metadata", "namespace")
        labels = mapping(pod, "metadata", "labels")
        found = [b for b in self._known.values() if b.namespace == namespace and selects(b.selector, labels)]
        return sorted(found, key=lambda budget: budget.name)

    def admit(self, pod: Object, *, even_full: bool = False) -> t.Optional[Ticket]:
        """May this pod's eviction be asked for now? Give the ticket back with what came of it. None: not now."""
        mine = self.of(pod)
        if len(mine) != 1:
            return ()
        budget = mine[0]
        if budget.asked_at is not None or (budget.room < 1 and not even_full):
            return None
        budget.asked_at = budget.news
        return ((budget.namespace, budget.name),)

    def answered(self, ticket: Ticket, taken: bool) -> None:
        for key in ticket:
            budget = self._known.get(key)
            if budget is None:
                continue
            # News that came while the request was under way count it already.
            if budget.news == budget.asked_at:
                budget.room = max(budget.room - 1, 0) if taken else 0
            budget.asked_at = None


def selects(selector: t.Optional[Object], labels: Object) -> bool:
    """As policy/v1 reads it: no selector takes none, an empty one all pods of the namespace."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in mapping(selector, "matchLabels").items()):
        return False
    return all(_fulfils(rule, labels) for rule in mappings(selector, "matchExpressions"))


def _fulfils(rule: Object, labels: Object) -> bool:
    value, operator = labels.get(text(rule, "key")), rule.get("operator")
    if operator in ("In", "NotIn"):
        named = value in (field(rule, "values") or [])
        return named if operator == "In" else not named
    return (value is not None) == (operator == "Exists")
