# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transport: containers of this host's engine, one at a time or those of a project."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import PROJECT_LABEL, Container, parse
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import EngineError, not_running


@dataclass(frozen=True)
class Containers:
    """Commands that do one thing each. `run` is injected."""

    run: Runner

    def of_project(self, name: str) -> t.List[Container]:
        ids = self.run(["docker", "ps", "-aq", "--no-trunc", "--filter", f"label={PROJECT_LABEL}={name}"])
        if not ids.ok:
            raise not_running(ids.tail(1))
        names = ids.out.split()
        if not names:
            return []
        shown = self.run(["docker", "inspect", "--type", "container", *names])
        found = [parse(item) for item in json.loads(shown.out or "[]")]
        return sorted(found, key=lambda c: (c.service, c.number, c.name))

    def start(self, names: t.Sequence[str]) -> None:
        self._do(["docker", "start", *names], "Cannot start", names)

    def restart(self, names: t.Sequence[str]) -> None:
        self._do(["docker", "restart", *names], "Cannot restart", names)

    def stop(self, names: t.Sequence[str]) -> None:
        """Each has the grace that its service asks for (`stop_grace_period`)."""
        self._do(["docker", "stop", *names], "Cannot stop", names)

    def remove(self, names: t.Sequence[str], *, volumes: bool = False) -> None:
        """`volumes`: the anonymous ones that only these containers have."""
        self._do(["docker", "rm", "--force", *(["--volumes"] if volumes else []), *names], "Cannot remove", names)

    def logs(self, name: str, lines: int) -> str:
        done = self.run(["docker", "logs", "--tail", str(lines), name])
        return (done.out + done.err).strip()

    def last_probe(self, name: str) -> str:
        """What the last health check printed."""
        done = self.run(["docker", "inspect", "--format", "{{json .State.Health}}", name])
        health = json.loads(done.out) if done.ok and done.out.strip() else None
        log = (health or {}).get("Log") or []
        return str(log[-1].get("Output", "")).strip() if log else ""

    def publishing(self, port: str) -> t.List[t.Tuple[str, str]]:
        """Running containers that publish this port of the host, each with the project it belongs to."""
        shown = '{{.Names}}\t{{.Label "' + PROJECT_LABEL + '"}}'
        done = self.run(["docker", "ps", "--filter", f"publish={port}", "--format", shown])
        pairs = (line.partition("\t") for line in done.out.splitlines() if line)
        return [(name, project) for name, _tab, project in pairs]

    def leftovers(self, kind: str, name: str) -> t.List[str]:
        """Networks or volumes (`kind`: network, volume) that were made for the project."""
        done = self.run(["docker", kind, "ls", "--filter", f"label={PROJECT_LABEL}={name}", "--format", "{{.Name}}"])
        return sorted(done.out.split())

    def remove_leftovers(self, kind: str, names: t.Sequence[str]) -> None:
        self._do(["docker", kind, "rm", *names], f"Cannot remove {kind}", names)

    def _do(self, argv: t.Sequence[str], what: str, names: t.Sequence[str]) -> Completed:
        done = self.run(argv)
        if not done.ok:
            raise EngineError(f"{what} {', '.join(names)}: {done.tail(3)}")
        return done

    def require(self) -> None:
        engine = self.run(["docker", "version", "--format", "{{.Server.Version}}"])
        if not engine.ok:
            raise TransportError(f"The Docker engine on this host does not answer: {engine.tail(1)}")
