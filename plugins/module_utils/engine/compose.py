# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transport: the `docker compose` command for one project."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
)

_UNSET = re.compile(r'The \\"(\w+)\\" variable is not set')


class ComposeRefuses(SlipwayError):
    """Compose does not accept the files; the message is its own."""


@dataclass(frozen=True)
class Sources:
    """Which files Compose reads, and how. Paths are those of the host."""

    directory: str
    files: t.Tuple[str, ...]
    env_files: t.Tuple[str, ...] = ()
    profiles: t.Tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """The project as Compose understands it, and the variables that it found unset."""

    document: t.Dict[str, t.Any]
    unset: t.Tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class ComposeCli:
    """Compose for the project `name`."""

    run: Runner
    name: str

    def require(self) -> None:
        if not self.run(["docker", "compose", "version", "--short"]).ok:
            raise MissingDependencyError(
                "'docker compose' does not work on this host: install Docker's Compose plugin."
            )

    def read(self, sources: Sources) -> Read:
        """Merge, interpolate, validate: by Compose itself."""
        done = self._compose(sources, "config", "--format", "json")
        if not done.ok:
            raise ComposeRefuses(done.tail(12))
        unset = dict.fromkeys(match[1] for match in _UNSET.finditer(done.err))
        return Read(json.loads(done.out), tuple(unset))

    def known_services(self, sources: Sources) -> t.List[str]:
        """Also those of profiles that are not active."""
        every = Sources(sources.directory, sources.files, sources.env_files, ("*",))
        return self._compose(every, "config", "--services").out.split()

    def known_profiles(self, sources: Sources) -> t.List[str]:
        every = Sources(sources.directory, sources.files, sources.env_files)
        return sorted(self._compose(every, "config", "--profiles").out.split())

    def up(self, sources: Sources, scales: t.Mapping[str, int], *options: str) -> Completed:
        """Make and start containers of these services and no other; what they depend on is the caller's care."""
        command = ["--progress", "plain", "up", "--detach", "--no-deps", "--no-build", "--quiet-pull", *options]
        command += [word for name in sorted(scales) for word in ("--scale", f"{name}={scales[name]}")]
        return self._compose(sources, *command, *sorted(scales))

    def _compose(self, sources: Sources, *arguments: str) -> Completed:
        command = ["docker", "compose", "--project-name", self.name, "--project-directory", sources.directory]
        for option, values in (
            ("--file", sources.files),
            ("--env-file", sources.env_files),
            ("--profile", sources.profiles),
        ):
            command += [word for value in values for word in (option, value)]
        return self.run([*command, *arguments])
