# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `docker compose up` would do, decided from what is asked and what runs: pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

CREATE, RECREATE, START, REMOVE, NONE = "create", "recreate", "start", "remove", "none"


@dataclass(frozen=True)
class Container:
    """A container of the project as the engine shows it. `config_hash` is the label that Compose leaves."""

    service: str
    name: str
    config_hash: str
    state: str
    health: str = ""
    exit_code: int = 0
    restarts: int = 0
    image: str = ""
    oneoff: bool = False

    @property
    def up(self) -> bool:
        return self.state == "running" and self.health in ("", "healthy")

    @property
    def finished(self) -> bool:
        """A job-like service that ended well is as it should be."""
        return self.state == "exited" and self.exit_code == 0

    def as_dict(self) -> t.Dict[str, t.Any]:
        shown = ("service", "name", "image", "state", "health", "exit_code")
        return {key: getattr(self, key) for key in shown}


@dataclass(frozen=True)
class ServiceAction:
    """What happens to one service, and why."""

    service: str
    action: str
    reason: str

    def as_dict(self) -> t.Dict[str, str]:
        return {"service": self.service, "action": self.action, "reason": self.reason}


def plan(wanted: t.Mapping[str, str], running: t.Sequence[Container]) -> t.List[ServiceAction]:
    """`wanted`: service -> config hash, as `docker compose config --hash '*'` prints it."""
    by_service: t.Dict[str, t.List[Container]] = {}
    for container in running:
        if not container.oneoff:
            by_service.setdefault(container.service, []).append(container)
    actions = [_for_service(name, digest, by_service.get(name, [])) for name, digest in sorted(wanted.items())]
    orphans = sorted(set(by_service) - set(wanted))
    return actions + [ServiceAction(name, REMOVE, "it is no longer in the project") for name in orphans]


def _for_service(name: str, digest: str, containers: t.Sequence[Container]) -> ServiceAction:
    if not containers:
        return ServiceAction(name, CREATE, "it has no container yet")
    if any(c.config_hash != digest for c in containers):
        return ServiceAction(name, RECREATE, "its configuration, image or secrets changed")
    down = [c for c in containers if not (c.up or c.finished)]
    if down:
        state = down[0].health if down[0].state == "running" else down[0].state
        return ServiceAction(name, START, f"{down[0].name} is {state}")
    return ServiceAction(name, NONE, "as asked")


def changes(actions: t.Sequence[ServiceAction]) -> t.List[ServiceAction]:
    return [a for a in actions if a.action != NONE]
