# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files written so that a killed run leaves either the old or the new one, and locks that die with their process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError


def write_atomic(path: Path, content: str, mode: int = 0o600) -> None:
    """Write beside the target, flush to the disk, rename over it."""
    descriptor, name = tempfile.mkstemp(dir=str(path.parent), prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(content)
            handle.flush()
            os.fchmod(handle.fileno(), mode)
            os.fsync(handle.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def read_text(path: Path) -> str | None:
    """The file's text, None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def exclusive(
    path: Path, what: str, *, wait: float = 0.0, progress: t.Callable[[str], None] = lambda _line: None
) -> t.Iterator[None]:
    """Hold an advisory lock on `path` (made where missing); the kernel drops it when the process ends, however.

    `wait` is for work that outlives its playbook: where ansible-playbook is killed, a worker ends its task first.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        deadline = time.monotonic() + wait
        waiting = False
        while not _locked(handle):
            if time.monotonic() >= deadline:
                raise SlipwayError(f"Another run is at work on {what} (it holds {path}): wait for it and run again.")
            if not waiting:
                progress(f"waiting for another run, which is at work on {what}")
            waiting = True
            time.sleep(0.2)
        yield


def _locked(handle: t.IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
