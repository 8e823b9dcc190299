# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A copy of a context to build from: exactly the files that the fingerprint covers, while the originals may change.

Each file's time follows from its content. So equal contexts give equal layers, whenever and wherever they were checked
out; and BuildKit, which takes a file of the same size and time for unchanged, never mistakes one content for another.
It keeps what it was sent last from a folder of the same name, and does not see there that the mode of a folder changed:
so where those differ, so must the name (`Copied.shape`).
"""

from __future__ import annotations

import hashlib
import os
import stat
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import CAPABILITY, Entry, capability
from ansible_collections.slipway.deploy.plugins.module_utils.image.context_digest import ContextDigest

_BLOCK = 1024 * 1024
#: 2000-01-01, later than the year in which some archive formats begin; in nanoseconds.
_EPOCH = 946_684_800 * 10**9
#: Times are spread over a bit more than a year.
_BITS = 55


#: Of a folder that is only there for what is in it.
_PLAIN = 0o755


class Copied(t.NamedTuple):
    """`digest` is of all that was copied, `shape` of the modes of folders that are not the usual ones."""

    digest: str
    shape: str


class Snapshot:
    """Entries come in the order of a walk: a folder before what is in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: t.List[t.Tuple[Path, int]] = []
        self._digest = ContextDigest()
        self._shape = hashlib.sha256()
        root.mkdir(mode=0o700)

    def add(self, entry: Entry, source: t.Optional[t.IO[bytes]] = None) -> None:
        """`source` is a file's content."""
        path, content = self._root / _inside(entry.path), ""
        mode = _PLAIN if entry.mode is None else entry.mode
        if entry.kind == "folder":
            path.mkdir(mode=0o700)
            self._folders.append((path, mode))
            if mode != _PLAIN:
                self._shape.update(os.fsencode(f"{entry.path}\0{mode}\0"))
        elif entry.kind == "link":
            path.symlink_to(entry.detail)
            _set_time(path, hashlib.sha256(os.fsencode(entry.detail)))
        elif source is not None:
            content = self._fill(path, mode, source) + entry.detail
            if entry.detail:
                os.setxattr(path, CAPABILITY, bytes.fromhex(entry.detail))
                _set_time(path, hashlib.sha256(content.encode()))
            entry = entry._replace(detail="")
        else:
            _make_special(path, entry, mode)
            os.utime(path, ns=(_EPOCH, _EPOCH))
        self._digest.add(entry, content)

    def _fill(self, path: Path, mode: int, source: t.IO[bytes]) -> str:
        content = hashlib.sha256()
        with path.open("xb") as target:
            for block in iter(lambda: source.read(_BLOCK), b""):
                content.update(block)
                target.write(block)
        path.chmod(mode)
        _set_time(path, content)
        return content.hexdigest()

    def close(self) -> Copied:
        """Folders get their modes last, so that read-only ones can be filled."""
        for path, mode in reversed(self._folders):
            os.utime(path, ns=(_EPOCH, _EPOCH))
            path.chmod(mode)
        return Copied(self._digest.value, self._shape.hexdigest())


def _make_special(path: Path, entry: Entry, mode: int) -> None:
    if entry.kind == "socket":
        path.touch()
    elif entry.kind == "fifo":
        os.mkfifo(path)
    else:
        kind = stat.S_IFCHR if entry.kind == "char" else stat.S_IFBLK
        try:
            os.mknod(path, kind, int(entry.detail))
        except PermissionError as exc:
            raise InputError(
                f"{entry.path} in the context is a device, and only root can copy one: leave it out by .dockerignore."
            ) from exc
    path.chmod(mode)


def copy_context(root: Path, entries: t.Iterable[Entry], target: Path) -> Copied:
    snapshot = Snapshot(target)
    try:
        for entry in entries:
            _copy_one(root, entry, snapshot)
    except FileNotFoundError as exc:
        raise InputError(f"{exc.filename} went away while it was copied: run the task again.") from exc
    return snapshot.close()


def _copy_one(root: Path, entry: Entry, snapshot: Snapshot) -> None:
    if entry.kind != "file":
        snapshot.add(entry)
        return
    with (root / entry.path).open("rb") as source:
        snapshot.add(entry._replace(detail=capability(f"{root}/{entry.path}")), source)


def _set_time(path: Path, content: hashlib._Hash) -> None:
    time = _EPOCH + (int.from_bytes(content.digest()[:8], "big") >> (64 - _BITS))
    os.utime(path, ns=(time, time), follow_symlinks=False)


def _inside(name: str) -> str:
    if name.startswith("/") or os.path.normpath(name) != name or name.split("/", maxsplit=1)[0] == "..":
        raise InputError(f"The packed context has a path that leads out of it: {name!r}.")
    return name
