# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a build gets to see: what .dockerignore lets through, with modes and symbolic links."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore, parse_dockerignore

_BLOCK = 1024 * 1024
IGNORE_FILE = ".dockerignore"


@dataclass(frozen=True)
class Entry:
    """One path of a context. `kind` is file, folder or link; `target` is where a link points."""

    path: str
    kind: str
    mode: int
    target: str = ""


def find_ignore(root: Path, dockerfile: Path) -> Ignore:
    """Dockerfile.dockerignore goes before .dockerignore."""
    for path in (dockerfile.with_name(dockerfile.name + IGNORE_FILE), root / IGNORE_FILE):
        if is_there(path):
            return parse_dockerignore(read_text(path), str(path))
    return Ignore()


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8 text: {exc}.") from exc
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    return True


def list_context(root: Path, ignore: Ignore) -> t.List[Entry]:
    """Sorted by path, so that a folder comes before what is in it."""
    return sorted(_walk(root, "", ignore), key=lambda entry: entry.path.split("/"))


def _walk(root: Path, folder: str, ignore: Ignore) -> t.Iterator[Entry]:
    try:
        with os.scandir(root / folder) as found:
            items = list(found)
    except OSError as exc:
        raise _unreadable(root / folder, exc) from exc
    for item in items:
        path = f"{folder}/{item.name}" if folder else item.name
        if item.is_dir(follow_symlinks=False):
            yield from _walk_folder(root, path, ignore)
        elif not ignore.ignores(path):
            entry = _entry(root, path)
            if entry is not None:
                yield entry


def _walk_folder(root: Path, path: str, ignore: Ignore) -> t.Iterator[Entry]:
    """A folder that is left out is there all the same when something in it is kept."""
    if ignore.prunes(path):
        return
    below = list(_walk(root, path, ignore))
    if below or not ignore.ignores(path):
        entry = _entry(root, path)
        if entry is not None:
            yield entry
    yield from below


def _entry(root: Path, path: str) -> t.Optional[Entry]:
    """Sockets, pipes and devices are nothing that a build can read."""
    full = root / path
    try:
        status = full.lstat()
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            return Entry(path, "link", 0o777, os.readlink(full))  # noqa: PTH115
        if stat.S_ISDIR(status.st_mode):
            return Entry(path, "folder", mode)
        return Entry(path, "file", mode) if stat.S_ISREG(status.st_mode) else None
    except OSError as exc:
        raise _unreadable(full, exc) from exc


def digest_context(root: Path, entries: t.Iterable[Entry]) -> str:
    """One digest of all names, kinds, modes, link targets and contents; times and owners do not count."""
    total = hashlib.sha256()
    for entry in entries:
        content = _file_digest(root / entry.path) if entry.kind == "file" else entry.target
        line = json.dumps([entry.path, entry.kind, entry.mode, content])
        total.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return "sha256:" + total.hexdigest()


def _file_digest(path: Path) -> str:
    total = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(_BLOCK), b""):
                total.update(block)
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    return total.hexdigest()


def _unreadable(path: Path, exc: OSError) -> InputError:
    return InputError(f"Cannot read {path} ({exc.strerror}): make it readable, or leave it out by {IGNORE_FILE}.")
