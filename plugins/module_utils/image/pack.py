# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a context from the controller to the host that builds: a tar that is the same for the same files
(times are left out: a snapshot makes its own)."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import tarfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry, capability
from ansible_collections.slipway.deploy.plugins.module_utils.image.snapshot import Copied, Snapshot

_TYPES = {
    "file": tarfile.REGTYPE,
    "socket": tarfile.REGTYPE,
    "folder": tarfile.DIRTYPE,
    "link": tarfile.SYMTYPE,
    "fifo": tarfile.FIFOTYPE,
    "char": tarfile.CHRTYPE,
    "block": tarfile.BLKTYPE,
}
#: Where the archive keeps what tar knows no place for: the kind, and whether the mode counts.
_KIND, _PLAIN, _DETAIL = "SLIPWAY.kind", "SLIPWAY.plain", "SLIPWAY.detail"


def pack_context(root: Path, entries: t.Iterable[Entry], target: Path) -> None:
    try:
        with contextlib.ExitStack() as stack:
            raw = stack.enter_context(target.open("wb"))
            packed = stack.enter_context(gzip.GzipFile("", "wb", 1, raw, mtime=0))
            tar = stack.enter_context(tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT))
            for entry in entries:
                _add(tar, root, entry)
    except OSError as exc:
        raise InputError(f"Cannot pack the context {root} ({exc}): did a file change? Run the task again.") from exc


def _add(tar: tarfile.TarFile, root: Path, entry: Entry) -> None:
    member = tarfile.TarInfo(entry.path)
    member.type, member.mode = _TYPES[entry.kind], entry.mode or 0
    member.linkname = entry.detail if entry.kind == "link" else ""
    detail = capability(f"{root}/{entry.path}") if entry.kind == "file" else entry.detail
    member.pax_headers = {_KIND: entry.kind}
    if entry.mode is None:
        member.pax_headers[_PLAIN] = "1"
    if detail and entry.kind != "link":
        member.pax_headers[_DETAIL] = detail
    if entry.kind != "file":
        tar.addfile(member)
        return
    with (root / entry.path).open("rb") as stream:
        member.size = os.fstat(stream.fileno()).st_size
        tar.addfile(member, t.cast(io.BytesIO, stream))


def unpack_context(archive: Path, target: Path) -> Copied:
    snapshot = Snapshot(target)
    with tarfile.open(str(archive), "r:gz") as tar:
        for member in tar:
            entry = _entry(member)
            snapshot.add(entry, _content(tar, member) if entry.kind == "file" else None)
    return snapshot.close()


def _entry(member: tarfile.TarInfo) -> Entry:
    kind = member.pax_headers.get(_KIND, "")
    if kind not in _TYPES or _TYPES[kind] != member.type:
        raise InputError(f"The packed context has {member.name}, whose kind is not told.")
    mode = None if _PLAIN in member.pax_headers else member.mode
    return Entry(member.name, kind, mode, member.linkname if kind == "link" else member.pax_headers.get(_DETAIL, ""))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> t.IO[bytes]:
    source = tar.extractfile(member)
    if source is None:
        raise InputError(f"The packed context has {member.name}, which is no file.")
    return source
