# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Digests of a context's files, each read once for as long as it does not change.

What was read is remembered in a private file by size, times and place on the disk. A file that was changed just before
it was read is not remembered: it could change again within what its file system takes for the same moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry, capability, unreadable
from ansible_collections.slipway.deploy.plugins.module_utils.image.context_digest import digest_context

_BLOCK = 1024 * 1024
_VERSION = 1
#: The coarsest file systems (FAT) keep times to two seconds.
_MARGIN = 2_500_000_000
_LIFE = 30 * 24 * 3600.0
_Known = t.Dict[str, t.List[t.Any]]


def cache_folder(env: t.Mapping[str, str]) -> t.Optional[Path]:
    home = env.get("HOME")
    return Path(home) / ".cache/slipway/contexts" if home else None


def digest_files(root: Path, entries: t.Iterable[Entry], folder: t.Optional[Path] = None) -> str:
    """The digest of a context's part. `folder` is where digests of files are remembered; None: nowhere."""
    files = FileDigests(root, folder)
    digest = digest_context(entries, files.of)
    files.save()
    return digest


class FileDigests:
    """For one context. `folder` is where digests are remembered; None: nowhere."""

    def __init__(self, root: Path, folder: t.Optional[Path] = None) -> None:
        self._root = root
        name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:32]
        self._file = folder / f"{name}.json" if folder else None
        self._old = _load(self._file) if self._file else {}
        self._new: _Known = {}
        self._read_any = False

    def of(self, entry: Entry) -> str:
        """The content's digest, with the file's capabilities where it has some."""
        stamp = list(entry.stamp)
        known = self._old.get(entry.path)
        if known is not None and known[:-1] == stamp:
            self._new[entry.path] = known
            return str(known[-1])
        path = f"{self._root}/{entry.path}"
        before = time.time_ns()
        digest, after = _read(path)
        found = digest + capability(path)
        if after == stamp and entry.stamp[2] + _MARGIN < before:
            self._new[entry.path] = [*stamp, found]
            self._read_any = True
        return found

    def save(self) -> None:
        """A cache that cannot be written is no cache."""
        if self._file is None or not (self._read_any or len(self._new) != len(self._old)):
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._file, json.dumps({"version": _VERSION, "files": self._new}))
            _forget_old(self._file.parent)


def _read(path: str) -> t.Tuple[str, t.List[int]]:
    """The digest, and the stamp that the file has after it was read."""
    total = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  (ten thousand Paths take time)
            for block in iter(lambda: stream.read(_BLOCK), b""):
                total.update(block)
            status = os.fstat(stream.fileno())
    except OSError as exc:
        raise unreadable(path, exc) from exc
    stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]
    return total.hexdigest(), stamp


def _load(file: Path) -> _Known:
    data = private_json(file)
    files: _Known = data["files"] if isinstance(data, dict) and data.get("version") == _VERSION else {}
    return files


def private_json(file: Path) -> t.Any:
    """Only what nobody else can have written is believed; None where there is nothing."""
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o022:
                return None
            return json.loads(stream.read())
    except (OSError, ValueError):
        return None


def _forget_old(folder: Path) -> None:
    for file in folder.glob("*.json"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > _LIFE:
                file.unlink()
