# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container of a Compose project, as the engine shows it: pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

#: The keyed hash of the service's own configuration. Compose's hash will not do: it changes with its versions, and
#: where a service shares another's network it depends on that container's id.
CONFIG_LABEL = "slipway.deploy.config"
PROJECT_LABEL = "com.docker.compose.project"
_ANONYMOUS = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Container:
    """`config_hash` is the label that a finished document gives its services; empty where something else made it."""

    service: str
    name: str
    config_hash: str
    state: str
    health: str = ""
    exit_code: int = 0
    restarts: int = 0
    image: str = ""
    oneoff: bool = False
    number: int = 1
    #: Times as the engine writes them: they sort as text.
    created: str = ""
    started: str = ""
    #: Volumes that it writes to: the volume's name.
    writes: t.Tuple[str, ...] = ()
    labels: t.Mapping[str, str] = field(default_factory=dict)

    @property
    def up(self) -> bool:
        return self.state == "running" and self.health in ("", "healthy")

    @property
    def finished(self) -> bool:
        """A job-like service that ended well is as it should be."""
        return self.state == "exited" and self.exit_code == 0

    @property
    def anonymous(self) -> bool:
        """It has data that no other container can find: Compose hands it on when it recreates the container."""
        return any(_ANONYMOUS.match(name) for name in self.writes)

    @property
    def condition(self) -> str:
        """Its state in one word."""
        return self.health if self.state == "running" and self.health else self.state

    def as_dict(self) -> t.Dict[str, t.Any]:
        shown = ("service", "name", "image", "state", "health", "exit_code")
        return {key: getattr(self, key) for key in shown}


def doomed(container: Container, restarts: int = 2) -> bool:
    """It will not become healthy by waiting. One that died once may have come too early; twice, and it dies again."""
    if container.oneoff:
        return False
    if container.state == "dead" or (container.state == "exited" and not container.finished):
        return True
    crashes = container.exit_code != 0 and container.restarts >= restarts
    return crashes or (container.state == "running" and container.health == "unhealthy")


def parse(item: t.Mapping[str, t.Any]) -> Container:
    """From what `docker inspect` prints."""
    labels = item["Config"].get("Labels") or {}
    state = item["State"]
    mounts = item.get("Mounts") or []
    return Container(
        service=labels.get("com.docker.compose.service", ""),
        name=item["Name"].lstrip("/"),
        config_hash=labels.get(CONFIG_LABEL, ""),
        state=state["Status"],
        health=(state.get("Health") or {}).get("Status", ""),
        exit_code=int(state.get("ExitCode", 0)),
        restarts=int(item.get("RestartCount", 0)),
        image=item["Config"].get("Image", ""),
        oneoff=labels.get("com.docker.compose.oneoff") == "True",
        number=int(labels.get("com.docker.compose.container-number") or 1),
        created=str(item.get("Created", "")),
        started=str(state.get("StartedAt", "")),
        writes=tuple(str(m.get("Name")) for m in mounts if m.get("Type") == "volume" and m.get("RW")),
        labels=labels,
    )
