# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a context from the controller to the host that builds: a tar that is the same for the same files."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import posixpath
import tarfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry

#: Time of every file: fixed, and late enough for archive formats that begin in 1980.
_TIME = 946_684_800
_TYPES = {"file": tarfile.REGTYPE, "folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}


def pack_context(root: Path, entries: t.Iterable[Entry], target: Path) -> None:
    with contextlib.ExitStack() as stack:
        raw = stack.enter_context(target.open("wb"))
        packed = stack.enter_context(gzip.GzipFile("", "wb", 1, raw, mtime=0))
        tar = stack.enter_context(tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT))
        for entry in entries:
            _add(tar, root, entry)


def _add(tar: tarfile.TarFile, root: Path, entry: Entry) -> None:
    member = tarfile.TarInfo(entry.path)
    member.type, member.mode, member.mtime, member.linkname = _TYPES[entry.kind], entry.mode, _TIME, entry.target
    if entry.kind != "file":
        tar.addfile(member)
        return
    with (root / entry.path).open("rb") as stream:
        member.size = os.fstat(stream.fileno()).st_size
        tar.addfile(member, t.cast(io.BytesIO, stream))


def unpack_context(archive: Path, root: Path) -> None:
    """Modes exactly as packed (whatever the umask); folders get theirs last, so that read-only ones can be filled."""
    root.mkdir(mode=0o700, exist_ok=True)
    folders: t.List[t.Tuple[Path, int]] = []
    with tarfile.open(str(archive), "r:gz") as tar:
        for member in tar:
            path = root / _safe(member.name)
            if member.isdir():
                path.mkdir(mode=0o700)
                folders.append((path, member.mode))
            elif member.issym():
                path.symlink_to(member.linkname)
            else:
                _write(tar, member, path)
    for path, mode in reversed(folders):
        os.utime(path, (_TIME, _TIME))
        path.chmod(mode)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    source = tar.extractfile(member)
    if source is None:
        raise InputError(f"The packed context has {member.name}, which is neither file, folder nor link.")
    with path.open("xb") as target:
        for block in iter(lambda: source.read(io.DEFAULT_BUFFER_SIZE * 16), b""):
            target.write(block)
    path.chmod(member.mode)
    os.utime(path, (member.mtime, member.mtime))


def _safe(name: str) -> str:
    if name.startswith("/") or posixpath.normpath(name) != name or name.split("/", maxsplit=1)[0] == "..":
        raise InputError(f"The packed context has a path that leads out of it: {name!r}.")
    return name
