# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a build gets to see, as BuildKit's client sends them: what .dockerignore lets through, of what the
Dockerfile asks for."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore, parse_dockerignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.patterns import Matched, Patterns

IGNORE_FILE = ".dockerignore"
_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "char",
    stat.S_IFBLK: "block",
    stat.S_IFSOCK: "socket",  # BuildKit makes an empty file of it
}
#: The one extended attribute that a layer keeps.
CAPABILITY = "security.capability"


class Entry(t.NamedTuple):
    """One path of a context. `detail` is a link's target, a device's numbers, a file's capabilities (as hex).

    `mode` is None for a folder that is only there for what is in it. `stamp` is what changes with a file's content:
    size, times of change and number on the disk.
    """

    path: str
    kind: str
    mode: t.Optional[int]
    detail: str = ""
    stamp: t.Tuple[int, ...] = ()


def find_ignore(root: Path, dockerfile: Path) -> Ignore:
    """Dockerfile.dockerignore goes before .dockerignore, even when it is empty."""
    return first_ignore(dockerfile.with_name(dockerfile.name + IGNORE_FILE), root / IGNORE_FILE)


def first_ignore(*paths: Path) -> Ignore:
    """The first of them that is there; nothing is left out where none is."""
    for path in paths:
        if is_there(path):
            return parse_dockerignore(read_text(path), str(path))
    return Ignore()


def read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8 text: {exc}.") from exc
    except OSError as exc:
        raise unreadable(path, exc) from exc


def is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise unreadable(path, exc) from exc
    return True


def list_context(
    root: Path, ignore: Ignore, wanted: t.Optional[Patterns] = None, *, modes: bool = False
) -> t.List[Entry]:
    """Sorted, a folder before what is in it. `wanted` are the paths that the Dockerfile asks for; None: all.

    `modes`: those of folders count even where only what is in them is asked for.
    """
    return _Walk(str(root), ignore, wanted, modes=modes).folder("", (0, 0), asked=wanted is None, spared=False)


class _Walk:
    def __init__(self, root: str, ignore: Ignore, wanted: t.Optional[Patterns], *, modes: bool) -> None:
        self._modes = modes
        self._root = root
        self._ignore = ignore
        self._wanted = wanted

    def folder(self, path: str, matched: t.Tuple[Matched, Matched], *, asked: bool, spared: bool) -> t.List[Entry]:
        """What is kept below a folder. `asked`: it is asked for as a whole. `spared`: it is not, or is left out."""
        entries: t.List[Entry] = []
        want = self._wanted.below(path, matched[0]) if self._wanted else None
        ignore = self._ignore.patterns.below(path, matched[1]) if self._ignore.patterns.all else None
        prefix = path + "/" if path else ""
        for item in self._items(path, spared=spared):
            name = prefix + item.name
            wanted, wants = want(name) if want else (True, 0)
            ignored, ignores = ignore(name) if ignore else (False, 0)
            if not item.is_dir(follow_symlinks=False):
                if wanted and not ignored:
                    entries.append(self._entry(item, name))
            elif not self._prunes(name, wanted=wanted, ignored=ignored):
                entries += self._subfolder(item, name, (wants, ignores), wanted, wanted and not ignored, asked)
        return entries

    def _prunes(self, name: str, *, wanted: bool, ignored: bool) -> bool:
        if not wanted and self._wanted is not None and self._wanted.leads_nowhere(name):
            return True
        return ignored and self._ignore.patterns.hides(name)

    def _subfolder(
        self, item: os.DirEntry[str], name: str, matched: t.Tuple[int, int], wanted: bool, kept: bool, asked: bool
    ) -> t.List[Entry]:
        """A folder that is left out is there all the same when something in it is kept."""
        below = self.folder(name, matched, asked=wanted, spared=not kept)
        if not below and not kept:
            return []
        entry = self._entry(item, name)
        # COPY takes what is in a folder, not the folder itself: of those that are named themselves, only names count.
        return [entry if asked or self._modes else entry._replace(mode=None), *below]

    def _items(self, path: str, *, spared: bool) -> t.List[os.DirEntry[str]]:
        """Nobody needs to be able to read what is left out."""
        folder = f"{self._root}/{path}" if path else self._root
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=_name)
        except PermissionError as exc:
            if spared:
                return []
            raise unreadable(folder, exc) from exc
        except OSError as exc:
            raise unreadable(folder, exc) from exc

    def _entry(self, item: os.DirEntry[str], name: str) -> Entry:
        try:
            return _entry(item.path, name, item.stat(follow_symlinks=False))
        except OSError as exc:
            raise unreadable(item.path, exc) from exc


def _name(item: os.DirEntry[str]) -> str:
    return item.name


def _entry(full: str, name: str, status: os.stat_result) -> Entry:
    kind, mode = _KINDS[stat.S_IFMT(status.st_mode)], stat.S_IMODE(status.st_mode)
    if kind == "file":
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
        return Entry(name, kind, mode, "", stamp)
    if kind == "link":
        return Entry(name, kind, 0o777, os.readlink(full))  # noqa: PTH115  (a Path would change the target)
    return Entry(name, kind, mode, f"{status.st_rdev}" if kind in ("char", "block") else "")


def capability(path: str) -> str:
    """As hex; empty where there is none, and on systems that know of none."""
    try:
        names = os.listxattr(path, follow_symlinks=False)
        return os.getxattr(path, CAPABILITY, follow_symlinks=False).hex() if CAPABILITY in names else ""
    except (OSError, AttributeError):
        return ""


def unreadable(path: t.Union[str, Path], exc: OSError) -> InputError:
    return InputError(f"Cannot read {path} ({exc.strerror}): make it readable, or leave it out by {IGNORE_FILE}.")
