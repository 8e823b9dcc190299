# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A copy of a context to build from: exactly the files that the fingerprint covers, while the originals may change.

Each file's time follows from its content. So equal contexts give equal layers, whenever and wherever they were checked
out; and BuildKit, which takes a file of the same size and time for unchanged, never mistakes one content for another.
"""

from __future__ import annotations

import hashlib
import os
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry

_BLOCK = 1024 * 1024
#: 2000-01-01, later than the year in which some archive formats begin; in nanoseconds.
_EPOCH = 946_684_800 * 10**9
#: Times are spread over a bit more than a year.
_BITS = 55


class Snapshot:
    """Entries come in the order of a walk: a folder before what is in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: t.List[t.Tuple[Path, int]] = []
        root.mkdir(mode=0o700)

    def add_folder(self, name: str, mode: int) -> None:
        path = self._root / _inside(name)
        path.mkdir(mode=0o700)
        self._folders.append((path, mode))

    def add_link(self, name: str, target: str) -> None:
        path = self._root / _inside(name)
        path.symlink_to(target)
        _set_time(path, hashlib.sha256(os.fsencode(target)))

    def add_file(self, name: str, mode: int, source: t.IO[bytes]) -> None:
        path, content = self._root / _inside(name), hashlib.sha256()
        with path.open("xb") as target:
            for block in iter(lambda: source.read(_BLOCK), b""):
                content.update(block)
                target.write(block)
        path.chmod(mode)
        _set_time(path, content)

    def close(self) -> None:
        """Folders get their modes last, so that read-only ones can be filled."""
        for path, mode in reversed(self._folders):
            os.utime(path, ns=(_EPOCH, _EPOCH))
            path.chmod(mode)


def copy_context(root: Path, entries: t.Iterable[Entry], target: Path) -> None:
    snapshot = Snapshot(target)
    for entry in entries:
        if entry.kind == "folder":
            snapshot.add_folder(entry.path, entry.mode)
        elif entry.kind == "link":
            snapshot.add_link(entry.path, entry.target)
        else:
            with (root / entry.path).open("rb") as source:
                snapshot.add_file(entry.path, entry.mode, source)
    snapshot.close()


def _set_time(path: Path, content: hashlib._Hash) -> None:
    time = _EPOCH + (int.from_bytes(content.digest()[:8], "big") >> (64 - _BITS))
    os.utime(path, ns=(time, time), follow_symlinks=False)


def _inside(name: str) -> str:
    if name.startswith("/") or os.path.normpath(name) != name or name.split("/", maxsplit=1)[0] == "..":
        raise InputError(f"The packed context has a path that leads out of it: {name!r}.")
    return name
