# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in a Dockerfile that a task gives another meaning: an image, a directory, a page or a repository."""

from __future__ import annotations

import abc
import posixpath
import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import LINK
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import IMAGE_CONTEXT
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import (
    IGNORE_FILE,
    Entry,
    first_ignore,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import digest_files
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Remote, is_remote
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import unpack_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import (
    Reach,
    ReachNeededError,
    reach_of,
    select,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.remotes import shown, state_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.snapshot import copy_context

_NAME = re.compile(r"[A-Za-z0-9][\w./:@-]*\Z", re.ASCII)
#: image -> a digest of what it stands for, and the name to give to buildx.
ResolveImage = t.Callable[[str, str], t.Tuple[str, str]]


class Placed(t.NamedTuple):
    """What buildx is told, and the shape of what was copied for it."""

    source: str
    shape: str = ""


@dataclass(frozen=True)
class NamedContext(abc.ABC):
    """`digest` tells its content."""

    name: str
    digest: str

    @abc.abstractmethod
    def place(self, folder: Path) -> Placed:
        """`folder` is where a copy may be made; it is not there yet."""


@dataclass(frozen=True)
class Elsewhere(NamedContext):
    """Nothing to copy: BuildKit fetches it by itself."""

    source: str

    def place(self, folder: Path) -> Placed:
        del folder
        return Placed(self.source)


@dataclass(frozen=True)
class FolderContext(NamedContext):
    """What is read of a directory of this host, but for what its own .dockerignore leaves out."""

    root: Path
    entries: t.Tuple[Entry, ...]

    def place(self, folder: Path) -> Placed:
        copied = copy_context(self.root, self.entries, folder)
        if copied.digest != self.digest:
            raise InputError(f"Files of {self.root} changed while they were copied: run the task again.")
        return Placed(str(folder), copied.shape)


@dataclass(frozen=True)
class PackedFolder(NamedContext):
    """What is read of a directory of the controller. `archive` is that, once it has been brought here."""

    archive: str

    def place(self, folder: Path) -> Placed:
        copied = unpack_context(Path(self.archive), folder)
        if copied.digest != self.digest:
            raise InputError(f"Files of the context {self.name} changed while they were sent: run the task again.")
        return Placed(str(folder), copied.shape)


def where_of(name: str) -> str:
    """What to call a context of docker_build in messages."""
    return f"build_contexts: {name}"


def check_name(name: str) -> str:
    if not _NAME.match(name):
        raise InputError(f"build_contexts: {name!r} is not a name that a Dockerfile could use: begin with a letter.")
    return name


def is_folder(source: str) -> bool:
    return "://" not in source and not is_remote(source) and not source.startswith(LINK)


@dataclass(frozen=True)
class ContextSource(abc.ABC):
    """What a name stands for, before it is known which part of it is read."""

    name: str

    @abc.abstractmethod
    def select(self, reach: Reach, dockerfile: str) -> NamedContext:
        """That part. `dockerfile` is the path of what reads it, for messages."""


@dataclass(frozen=True)
class WholeSource(ContextSource):
    """All of it is known by one digest."""

    context: NamedContext

    def select(self, reach: Reach, dockerfile: str) -> NamedContext:
        del reach, dockerfile
        return self.context


@dataclass(frozen=True)
class FolderSource(ContextSource):
    """`cache` is where digests of files are remembered."""

    root: Path
    cache: t.Optional[Path] = None

    def select(self, reach: Reach, dockerfile: str) -> FolderContext:
        entries = select(self.root, first_ignore(self.root / IGNORE_FILE), reach, dockerfile)
        return FolderContext(self.name, digest_files(self.root, entries, self.cache), self.root, entries)


@dataclass(frozen=True)
class DescribedFolder(ContextSource):
    """A directory of the controller, as far as it described it."""

    digest: str
    reach: Reach
    archive: str

    def select(self, reach: Reach, dockerfile: str) -> PackedFolder:
        del dockerfile
        if reach != self.reach:
            raise ReachNeededError
        return PackedFolder(self.name, self.digest, self.archive)


def packed_context(name: str, described: t.Mapping[str, t.Any]) -> DescribedFolder:
    return DescribedFolder(name, described["digest"], reach_of(described["reach"]), described["archive"] or "")


def elsewhere(name: str, digest: str, source: str) -> WholeSource:
    return WholeSource(name, Elsewhere(name, digest, source))


def folder_source(name: str, root: Path, where: str, cache: t.Optional[Path] = None) -> FolderSource:
    if not root.is_dir():
        raise InputError(f"{where}: there is no directory {root}.")
    return FolderSource(name, root, cache)


@dataclass(frozen=True)
class ContextReader:
    """What the words of a task or of a bake file stand for. Directories are relative to `place`; `where` says what to
    call a context in messages."""

    place: str
    where: t.Callable[[str], str]
    image: ResolveImage
    env: t.Mapping[str, str]
    cache: t.Optional[Path] = None

    def read(self, name: str, source: str) -> ContextSource:
        where = self.where(name)
        if source.startswith(IMAGE_CONTEXT):
            digest, pinned = self.image(source[len(IMAGE_CONTEXT) :], where)
            return elsewhere(name, digest, IMAGE_CONTEXT + pinned)
        if is_folder(source):
            return folder_source(name, Path(posixpath.join(self.place, source)), where, self.cache)
        if is_remote(source):
            told = f"{where} ({shown(source)})"
            return elsewhere(name, state_of(Remote(source, 0), told, self.env), source)
        raise InputError(
            f"{where}: the content of {source} is not known: give a directory, docker-image://NAME, or the address of "
            "a page or a repository."
        )
