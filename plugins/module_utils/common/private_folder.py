# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A temporary folder that nobody else can read, and that does not outlive its use, even where a run is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
import typing as t
from pathlib import Path

_LOCK = ".lock"
#: A folder that is this young may not have its lock yet.
_YOUNG = 60.0


@contextlib.contextmanager
def private_folder(prefix: str) -> t.Iterator[Path]:
    """Mode 0700. Removes what killed runs of the same user left under this prefix."""
    _sweep(prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            _remove(folder)


def _sweep(prefix: str) -> None:
    """A run that lives holds its folder's lock; the kernel drops the lock with the process."""
    for folder in Path(tempfile.gettempdir()).glob(prefix + "*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid != os.geteuid() or folder.is_symlink() or time.time() - status.st_mtime < _YOUNG:
                continue
            with (folder / _LOCK).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)


def _remove(folder: Path) -> None:
    """Read-only folders (a context may have some) are made writable first."""
    for root, _folders, _files in os.walk(folder):
        with contextlib.suppress(OSError):
            Path(root).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
