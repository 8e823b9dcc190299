# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run at a time works on the cache; others wait for it and show what it does."""

from __future__ import annotations

import contextlib
import fcntl
import time
import typing as t
from pathlib import Path

Say = t.Callable[[str], None]
_POLL = 0.5


@contextlib.contextmanager
def work_lock(lock: Path, progress: Path, say: Say, poll: float = _POLL) -> t.Iterator[Say]:
    """Wait for the lock, then hold it. Gives a function that says a line to those who watch and to those who wait.

    The kernel drops the lock when its process ends, however it ends.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        _acquire(handle, progress, say, poll)
        with progress.open("w", encoding="utf-8", buffering=1) as log:

            def tell(line: str) -> None:
                log.write(line + "\n")
                say(line)

            yield tell


def _acquire(handle: t.IO[str], progress: Path, say: Say, poll: float) -> None:
    shown = None
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if shown is None:
                say("another run is at work on this cache; what it says:")
            shown = _show_new(progress, say, shown)
            time.sleep(poll)


def _show_new(progress: Path, say: Say, shown: t.Optional[int]) -> int:
    """Lines since the last look; at the first look the last line only."""
    try:
        lines = progress.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return shown or 0
    if shown is None or len(lines) < shown:
        shown = max(0, len(lines) - 1)
    for line in lines[shown:]:
        say(line)
    return len(lines)
