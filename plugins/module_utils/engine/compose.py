# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transport: the `docker compose` command for one project."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import COMPOSE_FILE, ENV_FILE
from ansible_collections.slipway.deploy.plugins.module_utils.compose.secret_labels import OVERRIDE_FILE

_PROJECT_LABEL = "com.docker.compose.project"


@dataclass(frozen=True)
class ComposeCli:
    """Compose for the project `name`, whose files lie in `directory` (or, while staged, in `files_from`)."""

    run: Runner
    name: str
    directory: str

    def require(self) -> None:
        """The engine and Compose answer, or one sentence that says what is missing."""
        if not self.run(["docker", "compose", "version", "--short"]).ok:
            raise MissingDependencyError(
                "'docker compose' does not work on this host: install Docker's Compose plugin."
            )
        engine = self.run(["docker", "version", "--format", "{{.Server.Version}}"])
        if not engine.ok:
            raise TransportError(f"The Docker engine on this host does not answer: {engine.tail(1)}")

    def config(self, files_from: str) -> t.Dict[str, t.Any]:
        """The project as Compose understands it; also what validates the file."""
        done = self._compose(files_from, "config", "--format", "json")
        if not done.ok:
            raise InputError(f"The Compose file is not valid: {done.tail(5)}")
        parsed: t.Dict[str, t.Any] = json.loads(done.out)
        return parsed

    def config_hashes(self, files_from: str) -> t.Dict[str, str]:
        """Service -> configuration hash, as Compose labels its containers with."""
        done = self._compose(files_from, "config", "--hash", "*")
        if not done.ok:
            raise InputError(f"The Compose file is not valid: {done.tail(5)}")
        pairs = (line.split() for line in done.out.splitlines() if line.strip())
        return {pair[0]: pair[1] for pair in pairs}

    def containers(self) -> t.List[Container]:
        ids = self.run(["docker", "ps", "-aq", "--no-trunc", "--filter", f"label={_PROJECT_LABEL}={self.name}"])
        if not ids.ok:
            raise TransportError(f"The Docker engine on this host does not answer: {ids.tail(1)}")
        names = ids.out.split()
        if not names:
            return []
        shown = self.run(["docker", "inspect", "--type", "container", *names])
        return [_container(item) for item in json.loads(shown.out or "[]")]

    def up(self) -> Completed:
        """Create, recreate and start, in the order of `depends_on`; the last ones are not waited for."""
        return self._compose(
            self.directory, "--progress", "plain", "up", "--detach", "--remove-orphans", "--quiet-pull"
        )

    def logs(self, container: str, lines: int) -> str:
        done = self.run(["docker", "logs", "--tail", str(lines), container])
        return (done.out + done.err).strip()

    def last_probe(self, container: str) -> str:
        """What the last health check printed."""
        done = self.run(["docker", "inspect", "--format", "{{json .State.Health}}", container])
        health = json.loads(done.out) if done.ok and done.out.strip() else None
        log = (health or {}).get("Log") or []
        return str(log[-1].get("Output", "")).strip() if log else ""

    def _compose(self, files_from: str, *arguments: str) -> Completed:
        # --project-directory stays the live one, so that relative paths (and so the hashes) do not depend on staging.
        command = ["docker", "compose", "--project-name", self.name, "--project-directory", self.directory]
        for file in (COMPOSE_FILE, OVERRIDE_FILE):
            if Path(files_from, file).exists():
                command += ["--file", f"{files_from}/{file}"]
        return self.run([*command, "--env-file", f"{files_from}/{ENV_FILE}", *arguments])


def _container(item: t.Mapping[str, t.Any]) -> Container:
    labels = item["Config"].get("Labels") or {}
    state = item["State"]
    return Container(
        service=labels.get("com.docker.compose.service", ""),
        name=item["Name"].lstrip("/"),
        config_hash=labels.get("com.docker.compose.config-hash", ""),
        state=state["Status"],
        health=(state.get("Health") or {}).get("Status", ""),
        exit_code=int(state.get("ExitCode", 0)),
        restarts=int(item.get("RestartCount", 0)),
        image=item["Config"].get("Image", ""),
        oneoff=labels.get("com.docker.compose.oneoff") == "True",
    )
