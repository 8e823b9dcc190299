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
#: Requests that count against one budget collide in the server, which then waits half a second for each: 200 pods took
#: 30 s one by one, 19 s by fours, 33 s by sixteens.
_AT_ONCE = 4
#: The budget that one request counts against, and how much we had heard of it: none, or one.
Ticket = t.Tuple[t.Tuple[Key, int], ...]


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
    #: Requests under way.
    asking: int = 0

    def __str__(self) -> str:
        numbers = f"{self.allowed} disruptions allowed; {self.healthy} healthy pods, {self.needed} needed"
        return f"budget {self.namespace}/{self.name} ({numbers})"


class Budgets:
    """All that are known. The server counts; this only keeps us from asking in vain, and from asking too late."""

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
            # What is under way may be counted in already, or not: careful, the next news will tell.
            room=max(allowed - (old.asking if old else 0), 0),
            news=old.news + 1 if old else 0,
            asking=old.asking if old else 0,
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
        if budget.asking >= _AT_ONCE or (budget.room < 1 and not even_full):
            return None
        budget.room = max(budget.room - 1, 0)
        budget.asking += 1
        return (((budget.namespace, budget.name), budget.news),)

    def answered(self, ticket: Ticket, taken: bool) -> None:
        for key, heard in ticket:
            budget = self._known.get(key)
            if budget is None:
                continue
            budget.asking = max(budget.asking - 1, 0)
            if not taken:
                # A refusal is older than the news that came meanwhile: what we kept back of them is free again.
                budget.room = 0 if budget.news == heard else budget.room + 1


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
