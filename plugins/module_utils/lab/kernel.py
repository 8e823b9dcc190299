# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine's kernel limits that all its containers share, such as the number of inotify instances."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext

PROC = Path("/proc/sys")


def raise_limits(least: t.Mapping[str, t.Any], context: TaskContext, proc: Path = PROC) -> bool:
    """Raise what is lower than `least`, until the machine restarts. A machine that forbids it may still do."""
    low = {name: int(value) for name, value in least.items() if _current(proc, name) < int(value)}
    raised = False
    for name, value in low.items():
        try:
            if not context.check_mode:
                _path(proc, name).write_text(f"{value}\n", encoding="utf-8")
            raised = True
        except OSError as exc:
            context.warn(
                f"The machine's {name} should be {value} and cannot be raised ({exc.strerror}): hosts may fail."
            )
    return raised


def _path(proc: Path, name: str) -> Path:
    return proc / name.replace(".", "/")


def _current(proc: Path, name: str) -> float:
    """A limit that this kernel does not have cannot be too low."""
    try:
        return int(_path(proc, name).read_text(encoding="utf-8"))
    except OSError:
        return float("inf")
