# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program: argument lists only, never a shell, never AnsibleModule (so that verbs run in the worker too)."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
import sys
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


_BLOCK = 65536
#: (argv, stdin, cwd) -> Completed. Injected wherever the core needs a program.
Runner = t.Callable[..., Completed]


def runner(env: t.Mapping[str, str] | None = None) -> Runner:
    """A Runner with this environment (default: the process's own). A program inherits `pass_fds` alone."""
    environment = dict(os.environ if env is None else env)

    def run(
        argv: t.Sequence[str], stdin: str | None = None, cwd: str | None = None, pass_fds: t.Sequence[int] = ()
    ) -> Completed:
        try:
            return asyncio.run(_completed(argv, stdin, cwd=cwd, env=environment, pass_fds=tuple(pass_fds)))
        except FileNotFoundError as exc:
            if cwd is not None and exc.filename == cwd:
                raise
            raise MissingDependencyError(f"The program '{argv[0]}' is not on this host's PATH: install it.") from exc

    return run


async def _completed(argv: t.Sequence[str], stdin: str | None, **options: t.Any) -> Completed:
    """By asyncio: the sanity tests want AnsibleModule.run_command for `subprocess`, which the core cannot know."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **options,
    )
    out, err = await process.communicate(None if stdin is None else stdin.encode())
    return Completed(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))


#: (argv, on_text) -> Completed. `on_text` gets what the program says on stderr, while it says it.
Streamer = t.Callable[..., Completed]


def streamer(env: t.Mapping[str, str]) -> Streamer:
    """For programs that take long and tell how far they are."""

    def stream(
        argv: t.Sequence[str],
        on_text: t.Callable[[str], None],
        idle: t.Callable[[], None] = lambda: None,
        heartbeat: float = 15.0,
    ) -> Completed:
        try:
            return asyncio.run(_streamed(argv, on_text, idle, heartbeat, dict(env)))
        except FileNotFoundError as exc:
            raise MissingDependencyError(f"The program '{argv[0]}' is not on this host's PATH: install it.") from exc

    return stream


async def _streamed(
    argv: t.Sequence[str],
    on_text: t.Callable[[str], None],
    idle: t.Callable[[], None],
    heartbeat: float,
    env: t.Mapping[str, str],
) -> Completed:
    """`idle` is called when nothing has been said for a heartbeat. Ends the program where we are interrupted."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=env,
    )
    stdout, stderr = t.cast(asyncio.StreamReader, process.stdout), t.cast(asyncio.StreamReader, process.stderr)
    printed, said = asyncio.ensure_future(stdout.read()), bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while True:
            try:
                block = await asyncio.wait_for(stderr.read(_BLOCK), heartbeat)
            except asyncio.TimeoutError:
                idle()
                continue
            said += block
            on_text(decoder.decode(block, final=not block))
            if not block:
                break
        out = await printed
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    return Completed(code, out.decode(errors="replace"), said.decode(errors="replace"))


def run_watched(argv: t.Sequence[str], heartbeat: float, on_heartbeat: t.Callable[[], None], **options: t.Any) -> int:
    """Run a long program and call `on_heartbeat` now and then. Ends the program where we are interrupted."""
    return asyncio.run(_watched(argv, heartbeat, on_heartbeat, options))


async def _watched(
    argv: t.Sequence[str], heartbeat: float, on_heartbeat: t.Callable[[], None], options: t.Mapping[str, t.Any]
) -> int:
    process = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL, **options)
    try:
        while True:
            try:
                return await asyncio.wait_for(process.wait(), heartbeat)
            except asyncio.TimeoutError:
                on_heartbeat()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


#: Says its child's id on our pipe, and becomes the program in a session of its own, with stdout where stderr goes.
_DETACH = """
import os, sys
child = os.fork()
if child:
    print(child, flush=True)
    os._exit(0)
os.setsid()
os.dup2(2, 1)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def detach(argv: t.Sequence[str], log: t.IO[bytes], env: t.Mapping[str, str]) -> int:
    """Start a program that outlives us, with its output in `log`; returns its process id."""
    if shutil.which(argv[0], path=env.get("PATH")) is None:
        raise MissingDependencyError(f"The program '{argv[0]}' is not on this host's PATH: install it.")
    return asyncio.run(_detached(argv, log, env))


async def _detached(argv: t.Sequence[str], log: t.IO[bytes], env: t.Mapping[str, str]) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _DETACH, *argv),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        cwd="/",
        env=dict(env),
    )
    out, _err = await process.communicate()
    return int(out)
