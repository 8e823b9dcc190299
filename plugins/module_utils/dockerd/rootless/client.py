# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The docker command of a user, told where the user's own engine is."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError

#: Docker's own setup names it so.
CONTEXT = "rootless"
_DEFAULT = "default"


class Client:
    """`run` runs programs as the user."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def due(self, endpoint: str) -> t.List[str]:
        """What to say to `docker context`, in order. A user who has chosen another context keeps it."""
        contexts = self._contexts()
        if contexts is None:
            return []
        found = contexts.get(CONTEXT)
        verbs = [] if found == endpoint else ["create" if found is None else "update"]
        return [*verbs, *(["use"] if self._current() == _DEFAULT else [])]

    def settle(self, verbs: t.Sequence[str], endpoint: str) -> None:
        for verb in verbs:
            self._must(verb, CONTEXT, *([] if verb == "use" else ["--docker", f"host={endpoint}"]))

    def is_told(self) -> bool:
        return CONTEXT in (self._contexts() or {})

    def forget(self) -> None:
        if self._current() == CONTEXT:
            self._must("use", _DEFAULT)
        self._must("rm", "--force", CONTEXT)

    def _contexts(self) -> t.Optional[t.Dict[str, str]]:
        """Their endpoints by name; None where there is no docker command."""
        try:
            done = self._run(["docker", "context", "ls", "--format", "{{json .}}"])
        except MissingDependencyError:
            return None
        if not done.ok:
            return None
        found = [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]
        return {one["Name"]: one.get("DockerEndpoint", "") for one in found}

    def _current(self) -> str:
        return self._run(["docker", "context", "show"]).out.strip()

    def _must(self, *words: str) -> None:
        done = self._run(["docker", "context", *words])
        if not done.ok:
            raise SlipwayError(f"docker context {' '.join(words)} failed: {done.tail(2)}")
