# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the containers that are there to those that the plan says, service by service in the order of `depends_on`."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.compose import diagnose
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import (
    RECREATE,
    RESTART,
    Action,
    changes,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.rollout import STEADY, Host, Rollout
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import (
    COMPLETED,
    HEALTHY,
    START_FIRST,
    STOP_FIRST,
    Service,
    obstacles,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.steps import sort
from ansible_collections.slipway.deploy.plugins.module_utils.compose.watch import NotUp, wait_until_finished


@dataclass(frozen=True)
class Converge:
    host: Host
    rolling: bool

    def run(self, services: t.Mapping[str, Service], actions: t.Sequence[Action]) -> None:
        """`services` in their order."""
        todo = {name: [a for a in changes(actions) if a.service == name] for name in services}
        orphans = [a.container for a in changes(actions) if a.service not in services]
        if not self.rolling:
            self._remove(orphans)
        group: t.List[Service] = []
        for name, service in services.items():
            if not todo[name]:
                continue
            order = self._order(service, todo[name])
            if order or self._waits_for(service, group):
                self._together(group, todo)
                group = []
            self._gate(service)
            if order:
                Rollout(self.host, service, order).run()
                self._restart(todo[name])
            else:
                group.append(service)
        self._together(group, todo)
        self._all_up(services, todo)
        if self.rolling:
            self._remove(orphans)

    def _order(self, service: Service, actions: t.Sequence[Action]) -> t.Optional[str]:
        """How to replace by steps; None where Compose does it at once."""
        there = self.host.containers(service.name)
        running = [c for c in there if c.state == "running"]
        if not self.rolling or not running:
            return None
        kept = {c.name for c in sort(there, service.digest).good}
        if any(a.action == RECREATE and a.container in kept for a in actions):
            return None  # its neighbour's network is gone: there is nothing to keep up
        order, why = order_of(service, running)
        if order != START_FIRST:
            how = "each container is stopped before the next is started" if order else "all at once"
            self.host.progress(f"{service.name}: {how} ({'; '.join(why)})")
        # A single container comes back sooner from Compose, which makes the new one before it stops the old.
        alone = len(there) == service.replicas == 1 and not service.routed
        return None if order == STOP_FIRST and alone else order

    def _waits_for(self, service: Service, group: t.Sequence[Service]) -> bool:
        """Something of the group must be healthy or done before."""
        named = {member.name for member in group}
        gates = {name for name, need in service.needs.items() if need.condition in (HEALTHY, COMPLETED)}
        return bool((gates | service.shares) & named)

    def _gate(self, service: Service) -> None:
        for name, need in service.needs.items():
            self._reach(name, need.condition)

    def _reach(self, name: str, condition: str) -> None:
        def look() -> t.List[Container]:
            return self.host.containers(name)

        if condition == HEALTHY:
            self.host.wait(look)
        if condition == COMPLETED:
            try:
                wait_until_finished(look, self.host.timeout, self.host.progress, pause=self.host.pause)
            except NotUp as exc:
                raise SlipwayError(diagnose.why(self.host.engine, exc.containers, exc.message)) from exc

    def _together(self, group: t.Sequence[Service], todo: t.Mapping[str, t.Sequence[Action]]) -> None:
        """By Compose at once: it keeps names, and hands anonymous volumes on."""
        there = self.host.containers()
        forced: t.Dict[str, int] = {}
        plain: t.Dict[str, int] = {}
        for service in group:
            mine = [a for a in todo[service.name] if a.action != RESTART]
            # Compose would see no reason to replace these.
            same = [a.container for a in mine if a.action == RECREATE and _has_digest(there, a, service)]
            if same and len(same) < service.replicas:
                self.host.engine.remove(same)
            if mine:
                (forced if len(same) == service.replicas else plain)[service.name] = service.replicas
        for scales, options in ((plain, ()), (forced, ("--force-recreate",))):
            if scales:
                self.host.progress(f"starting {', '.join(sorted(scales))}")
                self.host.up(scales, *options)
        for service in group:
            self._restart(todo[service.name])

    def _restart(self, actions: t.Sequence[Action]) -> None:
        names = [a.container for a in actions if a.action == RESTART]
        if names:
            self.host.progress(f"restarting {', '.join(names)}")
            self.host.engine.restart(names)

    def _all_up(self, services: t.Mapping[str, Service], todo: t.Mapping[str, t.Sequence[Action]]) -> None:
        changed = [service for name, service in services.items() if todo[name]]
        unprobed = any(not service.config.get("healthcheck") for service in changed)
        self.host.wait(lambda: [c for c in self.host.containers() if c.service in services], STEADY if unprobed else 0)

    def _remove(self, names: t.Sequence[str]) -> None:
        if names:
            self.host.progress(f"removing {', '.join(names)}")
            self.host.engine.stop(names)
            self.host.engine.remove(names)


def order_of(service: Service, running: t.Sequence[Container]) -> t.Tuple[t.Optional[str], t.List[str]]:
    """Start-first where a second container can run beside the first, and why not where it cannot.

    None: only Compose can hand the data on that lies in an anonymous volume.
    """
    asked, why = service.update.order, obstacles(service)
    if asked == START_FIRST:
        return (STOP_FIRST, why) if why else (START_FIRST, why)
    if any(c.anonymous for c in running):
        return None, ["its data lies in an anonymous volume"]
    if asked == STOP_FIRST:
        return STOP_FIRST, ["deploy.update_config.order asks for it"]
    if len(running) == 1 and service.replicas == 1:
        why += [f"two containers would write to volume {name}" for name in running[0].writes]
    return (STOP_FIRST, why) if why else (START_FIRST, why)


def _has_digest(containers: t.Sequence[Container], action: Action, service: Service) -> bool:
    """Compose would see no reason to replace it."""
    return any(c.name == action.container and c.config_hash == service.digest for c in containers)
