# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program: argument lists only, never a shell, never AnsibleModule (so that verbs run in the worker too)."""

from __future__ import annotations

import asyncio
import os
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError


@dataclass(frozen=True)
class Completed:
    """What a program left: its exit code and what it printed, as text."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    def tail(self, lines: int = 20) -> str:
        """The end of what it said, errors first: what a person reads to know why it failed."""
        return "\n".join((self.err.strip() or self.out.strip()).splitlines()[-lines:])


#: (argv, stdin, cwd) -> Completed. Injected wherever the core needs a program.
Runner = t.Callable[..., Completed]


def runner(env: t.Mapping[str, str] | None = None) -> Runner:
    """A Runner with this environment (default: the process's own)."""
    environment = dict(os.environ if env is None else env)

    def run(argv: t.Sequence[str], stdin: str | None = None, cwd: str | None = None) -> Completed:
        try:
            return asyncio.run(_completed(argv, stdin, cwd, environment))
        except FileNotFoundError as exc:
            if cwd is not None and exc.filename == cwd:
                raise
            raise MissingDependencyError(f"The program '{argv[0]}' is not on this host's PATH: install it.") from exc

    return run


async def _completed(argv: t.Sequence[str], stdin: str | None, cwd: str | None, env: t.Mapping[str, str]) -> Completed:
    """By asyncio: the sanity tests want AnsibleModule.run_command for `subprocess`, which the core cannot know."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env=env,
    )
    out, err = await process.communicate(None if stdin is None else stdin.encode())
    return Completed(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))
