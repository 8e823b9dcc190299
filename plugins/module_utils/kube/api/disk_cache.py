# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was learnt of a server and may be known again by the next task: a folder that is ours alone. Never a secret.

A cache that cannot be made, read or written is no cache, and never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import time
import typing as t
from pathlib import Path

#: Part of each key: entries of other versions of this code are not found.
_FORMAT = "1"
_FOLDER = ("slipway", "kube")
_SUFFIX, _UNFINISHED = ".json", ".part"
_KEPT_FOR = 30 * 86400.0
#: No writer takes as long as this.
_ABANDONED = 3600.0
_OFF = {"0", "no", "off", "false"}
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class DiskCache:
    """JSON values by key. May be shared by processes: a reader sees a whole entry or none."""

    def __init__(self, base: t.Optional[Path]) -> None:
        """Below `base`; None: nothing is remembered."""
        self._base = base

    @classmethod
    def of_user(cls, env: t.Optional[t.Mapping[str, str]] = None) -> DiskCache:
        """In XDG_CACHE_HOME or ~/.cache; SLIPWAY_KUBE_CACHE=off is without."""
        env = os.environ if env is None else env
        if env.get("SLIPWAY_KUBE_CACHE", "").lower() in _OFF:
            return cls(None)
        home = env.get("XDG_CACHE_HOME") or ""
        if not Path(home).is_absolute():
            home = str(Path(env["HOME"]) / ".cache") if Path(env.get("HOME") or "").is_absolute() else ""
        return cls(Path(home) if home else None)

    def get(self, key: str, max_age: float = _KEPT_FOR) -> t.Any:
        """The value, or None: not there, too old, or not to be trusted."""
        with contextlib.suppress(OSError, ValueError, RecursionError), self._folder() as folder:
            handle = os.open(_name(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(handle, encoding="utf-8") as file:
                status = os.fstat(handle)
                if not _ours(status, stat.S_ISREG) or status.st_mode & _OTHERS_WRITE:
                    return None
                if not 0 <= time.time() - status.st_mtime <= max_age:
                    return None
                entry = json.load(file)
            if isinstance(entry, dict) and entry.get("key") == key:
                return entry.get("value")
        return None

    def put(self, key: str, value: t.Any) -> None:
        """Whole or not at all."""
        text = json.dumps({"key": key, "value": value}, separators=(",", ":"))
        with contextlib.suppress(OSError), self._folder(make=True) as folder:
            unfinished = secrets.token_hex(8) + _UNFINISHED
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(unfinished, _name(key), src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(unfinished, dir_fd=folder)
                raise
            _sweep(folder)

    def renew(self, key: str) -> None:
        """The entry is as good as new."""
        with contextlib.suppress(OSError), self._folder() as folder:
            os.utime(_name(key), dir_fd=folder, follow_symlinks=False)

    @contextlib.contextmanager
    def _folder(self, *, make: bool = False) -> t.Iterator[int]:
        """The folder's descriptor: what is checked is what is used, whoever moves names about meanwhile."""
        if self._base is None:
            raise FileNotFoundError
        if make:
            self._base.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._base, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in _FOLDER:
                handle = _enter(handle, name, make)
            if os.fstat(handle).st_mode & _OTHERS_WRITE:
                raise PermissionError
            yield handle
        finally:
            os.close(handle)


def _enter(parent: int, name: str, make: bool) -> int:
    """Into a folder of ours; closes the one that it is in."""
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=parent)
    handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    status = os.fstat(handle)
    if not _ours(status, stat.S_ISDIR):
        os.close(handle)
        raise PermissionError
    os.close(parent)
    return handle


def _ours(status: os.stat_result, right_kind: t.Callable[[int], bool]) -> bool:
    return right_kind(status.st_mode) and status.st_uid == os.geteuid()


def _name(key: str) -> str:
    return hashlib.sha256(f"{_FORMAT}\n{key}".encode()).hexdigest() + _SUFFIX


def _sweep(folder: int) -> None:
    """What nobody asked for in a month, and what killed writers left."""
    now = time.time()
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            age = now - os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
            if age > (_ABANDONED if name.endswith(_UNFINISHED) else _KEPT_FOR):
                os.unlink(name, dir_fd=folder)
