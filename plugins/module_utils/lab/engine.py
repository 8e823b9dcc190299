# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's commands that a lab needs, by `docker` on the command line."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.lab import spec

_COLUMNS = '{{.Names}}\t{{.Label "' + spec.HOST_LABEL + '"}}\t{{.State}}\t{{.Label "' + spec.SPEC_LABEL + '"}}'


@dataclass(frozen=True)
class Container:
    """A container of the lab as the engine has it."""

    name: str
    host: str
    state: str
    spec: str

    @property
    def running(self) -> bool:
        return self.state == "running"


class Engine:
    """`docker` with a runner injected; every command that fails is an error with the engine's own words."""

    def __init__(self, run: Runner, program: str = "docker") -> None:
        self._run = run
        self._program = program

    def call(self, *arguments: str, stdin: str | None = None) -> str:
        done = self._run([self._program, *arguments], stdin=stdin)
        if not done.ok:
            raise self._error(arguments, done)
        return done.out

    def succeeds(self, *arguments: str) -> bool:
        """For questions whose answer is the exit code. An engine that is not there is no answer."""
        done = self._run([self._program, *arguments])
        if not done.ok and "Cannot connect to the Docker daemon" in done.err:
            raise self._error(arguments, done)
        return done.ok

    def answers(self) -> bool:
        """Whether there is an engine at all: where there is none, there is nothing of it to remove."""
        try:
            return self._run([self._program, "version", "--format", "{{.Server.Version}}"]).ok
        except MissingDependencyError:
            return False

    def containers(self, lab: str) -> t.Dict[str, Container]:
        """All containers of the lab, by host name."""
        listed = self.call("ps", "--all", "--filter", f"label={spec.LAB_LABEL}={lab}", "--format", _COLUMNS)
        rows = (line.split("\t") for line in listed.splitlines())
        return {row[1]: Container(name=row[0], host=row[1], state=row[2], spec=row[3]) for row in rows}

    def put_file(self, container: str, path: str, content: str) -> None:
        """In place: /etc/hosts and its like are mounts, which cannot be replaced by renaming."""
        script = 'mkdir -p -m 0700 "$(dirname "$0")" && cat > "$0"'
        self.call("exec", "--interactive", container, "sh", "-c", script, path, stdin=content)

    def read_file(self, container: str, path: str) -> str:
        return self.call("exec", container, "cat", path)

    def remove(self, container: str) -> None:
        """With the anonymous volumes that were made for it."""
        self.call("rm", "--force", "--volumes", container)

    def _error(self, arguments: t.Sequence[str], done: Completed) -> SlipwayError:
        said = done.tail(5)
        if "Cannot connect to the Docker daemon" in said:
            return TransportError(f"The Docker engine of this machine does not answer: {said}")
        return SlipwayError(f"'{self._program} {arguments[0]}' failed (exit code {done.code}): {said}")
