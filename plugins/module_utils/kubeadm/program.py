# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs kubeadm. What it prints is shown only where it failed, and never with a token in it."""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
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
        return self._run(command, options, self._held)

    def run_with_config(self, command: str, config: str, *options: str) -> str:
        """The configuration may hold a token: it lies in memory, where only this program finds it, and goes with it."""
        memory = os.memfd_create("kubeadm.yaml")
        try:
            os.write(memory, config.encode())
            return self._run(command, (f"--config=/proc/self/fd/{memory}", *options), (*self._held, memory))
        finally:
            os.close(memory)

    def _run(self, command: str, options: t.Sequence[str], inherited: t.Sequence[int]) -> str:
        argv = [self._program, *command.split(), *options]
        try:
            done = runner()(argv, pass_fds=inherited)
        except MissingDependencyError as exc:
            raise MissingDependencyError(
                f"There is no {self._program} on this host: install the binaries first."
            ) from exc
        if not done.ok:
            raise SlipwayError(f"kubeadm {command} failed:\n{mask(last_words(done.out, done.err))}")
        return done.out


def mask(text: str) -> str:
    """Bootstrap tokens out of a text."""
    return _TOKEN.sub("******", text)


def last_words(out: str, err: str) -> str:
    """What a person needs: the checks that failed, else the end of what kubeadm said, without its libraries' log."""
    lines = [line for line in (*out.strip().splitlines(), *err.strip().splitlines()) if not _LOG_LINE.match(line)]
    failed = [line.strip() for line in lines if "[ERROR " in line or line.startswith("error: ")]
    return "\n".join(failed if len(failed) > 1 else lines[-_TAIL:])
