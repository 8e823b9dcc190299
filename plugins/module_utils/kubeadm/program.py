# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs kubeadm. What it prints is shown only where it failed, and never with a token in it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError

_TOKEN = re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b")
#: A line of klog: severity, date, time, thread.
_LOG_LINE = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d")
_TAIL = 25


class Kubeadm:
    """One kubeadm program. `held`: a lock's file descriptor that the program holds too, should we die before it."""

    def __init__(self, program: str, held: int | None = None) -> None:
        self._program = program
        self._held = () if held is None else (held,)

    def run(self, command: str, *options: str) -> str:
        """Its output; SlipwayError with the end of it when it failed."""
        done = self._run([self._program, *command.split(), *options])
        if not done.ok:
            raise SlipwayError(f"kubeadm {command} failed:\n{mask(last_words(done.out, done.err))}")
        return done.out

    def run_with_config(self, command: str, config: str, *options: str) -> str:
        """The configuration may hold a token: a file that only we may read, gone afterwards."""
        handle, path = tempfile.mkstemp(prefix="slipway-kubeadm-", suffix=".yaml")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(config)
            return self.run(command, f"--config={path}", *options)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(path).unlink()

    def _run(self, argv: t.Sequence[str]) -> Completed:
        try:
            done = subprocess.run(
                list(argv), capture_output=True, text=True, check=False, errors="replace", pass_fds=self._held
            )
        except FileNotFoundError as exc:
            raise MissingDependencyError(
                f"There is no {self._program} on this host: install the binaries first."
            ) from exc
        return Completed(done.returncode, done.stdout, done.stderr)


def mask(text: str) -> str:
    """Bootstrap tokens out of a text."""
    return _TOKEN.sub("******", text)


def last_words(out: str, err: str) -> str:
    """What a person needs: the checks that failed, else the end of what kubeadm said, without its libraries' log."""
    lines = [line for line in (*out.strip().splitlines(), *err.strip().splitlines()) if not _LOG_LINE.match(line)]
    failed = [line.strip() for line in lines if "[ERROR " in line or line.startswith("error: ")]
    return "\n".join(failed if len(failed) > 1 else lines[-_TAIL:])
