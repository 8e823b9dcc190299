# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replaces the containers of one service a few at a time, with the proxy told before and after."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.compose import diagnose
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Service
from ansible_collections.slipway.deploy.plugins.module_utils.compose.steps import (
    Create,
    Remove,
    Start,
    Step,
    next_step,
    sort,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.watch import NotUp, wait_until_up
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import ComposeCli, Sources
from ansible_collections.slipway.deploy.plugins.module_utils.engine.containers import Containers
from ansible_collections.slipway.deploy.plugins.module_utils.engine.edge import Edge

#: A service without a health check is up as soon as it is started: this long it must stay so.
STEADY = 2.0


@dataclass(frozen=True)
class Host:
    """What works on one host for one project."""

    cli: ComposeCli
    sources: Sources
    engine: Containers
    edge: Edge
    timeout: int
    progress: t.Callable[[str], None]
    pause: t.Callable[[float], None] = field(default=time.sleep)

    def containers(self, service: t.Optional[str] = None) -> t.List[Container]:
        found = [c for c in self.engine.of_project(self.cli.name) if not c.oneoff]
        return [c for c in found if service in (None, c.service)]

    def up(self, scales: t.Mapping[str, int], *options: str) -> None:
        done = self.cli.up(self.sources, scales, *options)
        if not done.ok:
            raise SlipwayError(diagnose.why_not_started(done.tail(3)))

    def wait(self, look: t.Callable[[], t.Sequence[Container]], steady: float = 0.0) -> None:
        try:
            wait_until_up(look, self.timeout, self.progress, steady=steady, pause=self.pause)
        except NotUp as exc:
            raise SlipwayError(diagnose.why(self.engine, exc.containers, exc.message)) from exc


@dataclass(frozen=True)
class Rollout:
    """One service, replaced by steps; `order` has been decided."""

    host: Host
    service: Service
    order: str

    def run(self) -> None:
        self._welcome_back()
        while True:
            now = self.host.containers(self.service.name)
            step = next_step(
                now, self.service.digest, self.service.replicas, self.order, self.service.update.parallelism
            )
            if step is None:
                return
            self._take(step, now)

    def _take(self, step: Step, now: t.Sequence[Container]) -> None:
        if isinstance(step, Remove):
            self._remove(step.names, now)
            return
        if isinstance(step, Create):
            self.host.progress(f"{self.service.name}: starting {step.count} beside {len(now)}")
            self.host.up({self.service.name: len(now) + step.count}, "--no-recreate")
        if isinstance(step, Start):
            self.host.engine.start(step.names)
        self._gate([c.name for c in now if c.name not in getattr(step, "names", ())])

    def _gate(self, known: t.Collection[str]) -> None:
        """The new ones are healthy, stay so, and receive traffic."""
        name, digest = self.service.name, self.service.digest

        def look() -> t.List[Container]:
            return [c for c in self.host.containers(name) if c.config_hash == digest]

        steady = self.service.update.monitor or (0.0 if self.service.config.get("healthcheck") else STEADY)
        self.host.wait(look, steady)
        new = [c.name for c in look() if c.name not in known]
        if self.service.routed and new:
            self.host.edge.wait(new)

    def _remove(self, names: t.Tuple[str, ...], now: t.Sequence[Container]) -> None:
        """Out of the proxy, then its own grace to end what it does, then away."""
        gone = [c for c in now if c.name in names]
        running = [c.name for c in gone if c.state == "running"]
        self.host.progress(f"{self.service.name}: removing {', '.join(names)}")
        if self.service.routed and running:
            self.host.edge.drain(running)
        if running:
            self.host.engine.stop(running)
        self.host.engine.remove(names, volumes=not any(c.anonymous for c in gone))
        if self.service.update.delay and running:
            self.host.pause(self.service.update.delay)

    def _welcome_back(self) -> None:
        """A run that was stopped may have drained what stays now."""
        good = sort(self.host.containers(self.service.name), self.service.digest).good
        names = [c.name for c in good if c.state == "running"]
        if self.service.routed and names:
            self.host.edge.undrain(names)
