# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the long programs of a build: nicely, with a sign of life now and then, and never longer than we live."""

from __future__ import annotations

import shutil
import sys
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import run_watched
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
)

_HEARTBEAT = 20.0
#: Becomes the program: leaves the cores to others, and is told to end (1 = PR_SET_PDEATHSIG, 15 = SIGTERM) when we are
#: killed. Not a preexec_fn: that is unsafe where threads run.
_LAUNCH = "import ctypes, os, sys; os.nice(10); ctypes.CDLL(None).prctl(1, 15); os.execvp(sys.argv[1], sys.argv[1:])"

Say = t.Callable[[str], None]
#: The log so far -> how far it is, in words.
Watch = t.Callable[[str], str]


class Programs:
    """Starts programs for one run of a verb."""

    def __init__(self, env: t.Mapping[str, str], say: Say, scratch: Path, heartbeat: float = _HEARTBEAT) -> None:
        self.env = dict(env)
        self._say = say
        self._scratch = scratch
        self._heartbeat = heartbeat

    def run(
        self,
        argv: t.Sequence[str],
        what: str,
        cwd: t.Optional[Path] = None,
        env: t.Optional[t.Mapping[str, str]] = None,
        watch: t.Optional[Watch] = None,
    ) -> str:
        """Its standard output. `what` says to a person what it is for."""
        out, err = self._scratch / "out.log", self._scratch / "err.log"
        with out.open("w") as stdout, err.open("w") as stderr:
            code = self._watched(argv, what, watch, cwd=cwd, env=env, stdout=stdout, stderr=stderr)
        if code != 0:
            said = (_read(err).strip() or _read(out).strip()).splitlines()
            raise SlipwayError(f"{what} failed (exit code {code}): {' / '.join(said[-5:])}", log=said[-40:])
        return _read(out)

    def _watched(
        self,
        argv: t.Sequence[str],
        what: str,
        watch: t.Optional[Watch],
        *,
        env: t.Optional[t.Mapping[str, str]],
        **options: t.Any,
    ) -> int:
        environment = {**self.env, **(env or {})}
        if shutil.which(argv[0], path=environment.get("PATH")) is None:
            raise MissingDependencyError(f"The program {argv[0]} is not on PATH: install it.")
        start = time.monotonic()

        def say_how_far() -> None:
            far = f", {watch(_read(self._scratch / 'err.log'))}" if watch else ""
            self._say(f"{what}: {time.monotonic() - start:.0f} s{far}")

        launch = [sys.executable, "-c", _LAUNCH, *argv]
        return run_watched(launch, self._heartbeat, say_how_far, env=environment, **options)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
