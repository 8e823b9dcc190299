# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to each container of the project, and why; decided from what is asked and what is there: pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.reasons import reason
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Service
from ansible_collections.slipway.deploy.plugins.module_utils.compose.steps import sort

CREATE, RECREATE, START, RESTART, REMOVE, UNCHANGED = "create", "recreate", "start", "restart", "remove", "unchanged"
#: Actions after which a container is another one.
_REPLACES = (RECREATE,)
#: (service, configuration hash) -> the service's configuration then, as far as the releases' records go.
Recorded = t.Callable[[str, str], t.Optional[t.Mapping[str, t.Any]]]


@dataclass(frozen=True)
class Action:
    """What happens to one container. For `create`, the name is the one that it will have."""

    service: str
    container: str
    action: str
    reason: str

    def as_dict(self) -> t.Dict[str, str]:
        return {
            "service": self.service,
            "container": self.container,
            "action": self.action,
            "reason": self.reason,
        }


def plan(
    project: str,
    services: t.Mapping[str, Service],
    containers: t.Sequence[Container],
    recorded: Recorded,
    orphans: t.Collection[str] = (),
) -> t.List[Action]:
    """`services` in their order; `orphans` are the services whose containers go."""
    actions: t.List[Action] = []
    replaced: t.Set[str] = set()
    for name, service in services.items():
        mine = [c for c in containers if c.service == name and not c.oneoff]
        own = _of_service(project, service, mine, recorded)
        own = _follow(own, service, mine, replaced | _newer(service, mine, containers))
        if any(action.action in _REPLACES for action in own):
            replaced.add(name)
        actions += own
    gone = [c for c in containers if c.service in orphans]
    return actions + [Action(c.service, c.name, REMOVE, "its service is no longer in the project") for c in gone]


def changes(actions: t.Iterable[Action]) -> t.List[Action]:
    return [a for a in actions if a.action != UNCHANGED]


def _of_service(project: str, service: Service, mine: t.Sequence[Container], recorded: Recorded) -> t.List[Action]:
    now = sort(mine, service.digest)
    kept = (*now.good, *now.idle)[: service.replicas]
    free = service.replicas - len(kept)
    others = sorted((*now.stale, *now.dead), key=lambda c: (c.number, c.name))
    replaced, surplus = others[:free], others[free:]
    surplus += [c for c in (*now.good, *now.idle) if c not in kept]
    actions = [_kept(service, c, idle=c in now.idle) for c in kept]
    actions += [Action(service.name, c.name, RECREATE, _why(service, c, recorded)) for c in replaced]
    actions += [Action(service.name, c.name, REMOVE, _surplus(service, len(mine))) for c in surplus]
    actions.sort(key=lambda a: next((c.number, c.name) for c in mine if c.name == a.container))
    return actions + _created(project, service, mine, free - len(replaced))


def _kept(service: Service, container: Container, *, idle: bool) -> Action:
    if idle:
        return Action(service.name, container.name, START, f"it is {container.condition}")
    return Action(service.name, container.name, UNCHANGED, "as asked")


def _why(service: Service, container: Container, recorded: Recorded) -> str:
    if container.config_hash == service.digest:
        return f"it is {container.condition}"
    return reason(recorded(service.name, container.config_hash), service.config)


def _surplus(service: Service, there: int) -> str:
    return f"scale: {service.replicas} instead of {there}"


def _created(project: str, service: Service, mine: t.Sequence[Container], count: int) -> t.List[Action]:
    why = f"scale: {service.replicas} instead of {len(mine)}" if mine else "it has no container yet"
    first = max((c.number for c in mine), default=0) + 1
    fixed = service.config.get("container_name")
    names = [fixed or f"{project}-{service.name}-{number}" for number in range(first, first + count)]
    return [Action(service.name, name, CREATE, why) for name in names]


def _newer(service: Service, mine: t.Sequence[Container], containers: t.Sequence[Container]) -> t.Set[str]:
    """What this service follows and a run that was killed replaced already."""
    found = set()
    for name in service.before:
        made = [c.created for c in containers if c.service == name and not c.oneoff]
        seen = [c.created if name in service.shares else c.started for c in mine]
        if made and any(when and min(made) > when for when in seen):
            found.add(name)
    return found


def _follow(
    actions: t.List[Action], service: Service, mine: t.Sequence[Container], replaced: t.AbstractSet[str]
) -> t.List[Action]:
    """What a replaced dependency does to this service's containers that would otherwise stay."""
    shared = sorted(service.shares & replaced)
    asked = sorted(name for name, need in service.needs.items() if need.restart and name in replaced)
    finished = {c.name for c in mine if c.finished}
    if shared:
        word, why = RECREATE, f"dependency: it shares with {shared[0]}, which is replaced"
    elif asked:
        word, why = RESTART, f"dependency: {asked[0]} is replaced"
    else:
        return actions
    return [
        Action(a.service, a.container, word, why)
        if a.action in (UNCHANGED, START) and a.container not in finished
        else a
        for a in actions
    ]
