# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A command that is watched while it runs: every line with its time, and killed where a test says so."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import time
import typing as t
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass
class Run:
    """What a command printed, line by line with the second in which it came, and how it ended."""

    lines: list[tuple[float, str]] = field(default_factory=list)
    code: int = 0
    seconds: float = 0.0

    @property
    def output(self) -> str:
        return "".join(line for _second, line in self.lines)

    @property
    def changed(self) -> dict[str, int]:
        """Hosts that changed, over all recaps."""
        found: dict[str, int] = {}
        for host, changed, _unreachable, _failed in RECAP.findall(self.output):
            found[host] = found.get(host, 0) + int(changed)
        return {host: number for host, number in found.items() if number}

    def tail(self, lines: int = 60) -> str:
        return "".join(line for _second, line in self.lines[-lines:])


def watch(argv: t.Sequence[str], limit: float = 1800.0, stop_at: t.Callable[[str], float | None] | None = None) -> Run:
    """Run to the end, or until `stop_at` gives for a line the seconds after which everything is killed."""
    run = Run()
    start = time.monotonic()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"}
    process = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        run.lines.append((time.monotonic() - start, line))
        delay = stop_at(line) if stop_at else None
        if delay is not None or run.lines[-1][0] > limit:
            time.sleep(delay or 0.0)
            kill_tree(process.pid)
            break
    process.stdout.close()
    run.code = process.wait()
    run.seconds = time.monotonic() - start
    return run


def kill_tree(pid: int) -> None:
    """SIGKILL to a process and all that it started, as a machine that loses its power would."""
    family = [pid, *descendants(pid)]
    for member in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """By parent, so also those that have made a session of their own."""
    children: dict[int, list[int]] = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found
