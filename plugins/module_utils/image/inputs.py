# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build reads: the Dockerfile and the context, from this host's files or as the controller described them."""

from __future__ import annotations

import abc
import hashlib
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import (
    Entry,
    find_ignore,
    is_there,
    read_text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import digest_files
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import unpack_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import (
    ALL,
    Reach,
    ReachNeededError,
    reach_of,
    select,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.snapshot import Copied, copy_context

_SHAPE = 16
#: BuildKit takes an empty file for none; this one stops it from applying .dockerignore a second time.
_NOTHING_IGNORED = "# The context has only what .dockerignore lets through.\n"


@dataclass(frozen=True)
class Inputs(abc.ABC):
    """`dockerfile` is the text; `name` its path as the user knows it; `context` the context's digest."""

    dockerfile: str
    name: str
    context: str

    def snapshot(self, folder: Path, shapes: t.Sequence[str] = ()) -> t.Tuple[Path, Path]:
        """A copy to build from: the context and the Dockerfile, just as they were read. `shapes` are those of the named
        contexts: it is by the name of this one's folder that BuildKit knows all of them again."""
        root, file = folder / "context", folder / "Dockerfile"
        copied = self._fill(root)
        if copied.digest != self.context:
            raise InputError(f"Files of the context of {self.name} changed while they were copied: run the task again.")
        shape = hashlib.sha256("\n".join([copied.shape, *shapes]).encode()).hexdigest()
        root = root.rename(folder / f"context-{shape[:_SHAPE]}")
        file.write_text(self.dockerfile, encoding="utf-8")
        file.with_name("Dockerfile.dockerignore").write_text(_NOTHING_IGNORED, encoding="utf-8")
        return root, file

    @abc.abstractmethod
    def _fill(self, root: Path) -> Copied:
        """Make it, and say what is in it."""


@dataclass(frozen=True)
class LocalInputs(Inputs):
    """Files of this host."""

    root: Path
    entries: t.Tuple[Entry, ...]

    def _fill(self, root: Path) -> Copied:
        return copy_context(self.root, self.entries, root)


@dataclass(frozen=True)
class PackedInputs(Inputs):
    """Files of the controller. `archive` is the packed context, once it has been brought here."""

    archive: t.Optional[str]

    def _fill(self, root: Path) -> Copied:
        return unpack_context(Path(self.archive or ""), root)


@dataclass(frozen=True)
class Origin(abc.ABC):
    """A Dockerfile and the context that it reads a part of. `name` is its path as the user knows it."""

    name: str
    dockerfile: str

    @abc.abstractmethod
    def select(self, reach: Reach = ALL, cache: t.Optional[Path] = None) -> Inputs:
        """That part, with its digest. `cache` is where digests of files are remembered."""


@dataclass(frozen=True)
class Source(Origin):
    """Files of this host. `file` is the Dockerfile, whether or not it is there: its ignore file lies beside it."""

    root: Path
    file: Path

    def select(self, reach: Reach = ALL, cache: t.Optional[Path] = None) -> LocalInputs:
        entries = select(self.root, find_ignore(self.root, self.file), reach, self.name)
        return LocalInputs(self.dockerfile, self.name, digest_files(self.root, entries, cache), self.root, entries)


@dataclass(frozen=True)
class PackedSource(Origin):
    """Files of the controller, as far as it described them."""

    context: str
    reach: Reach
    archive: t.Optional[str]

    def select(self, reach: Reach = ALL, cache: t.Optional[Path] = None) -> PackedInputs:
        del cache
        if reach != self.reach:
            raise ReachNeededError
        return PackedInputs(self.dockerfile, self.name, self.context, self.archive)


def packed_source(packed: t.Mapping[str, t.Any]) -> PackedSource:
    reach = reach_of(packed["reach"])
    return PackedSource(packed["name"], packed["dockerfile"], packed["context"], reach, packed["archive"])


def read_inputs(path: str, dockerfile: str) -> Source:
    """`dockerfile` is relative to the context, or absolute."""
    root, file = Path(path), Path(path) / dockerfile
    _check_root(root)
    if not is_there(file):
        raise InputError(f"There is no Dockerfile {file}: name it by 'dockerfile', relative to 'path'.")
    if not file.is_file():
        raise InputError(f"The Dockerfile {file} is not a file.")
    return Source(str(file), read_text(file), root, file)


def read_inline(path: str, text: str, name: str) -> Source:
    """With the Dockerfile in a definition instead of a file; `name` is what to call it."""
    root = Path(path)
    _check_root(root)
    return Source(name, text, root, root / "Dockerfile")


def _check_root(root: Path) -> None:
    if not is_there(root):
        raise InputError(f"There is no build context {root}: 'path' must be a directory.")
    if not root.is_dir():
        raise InputError(f"The build context {root} is not a directory.")


def describe(
    inputs: LocalInputs,
    reach: Reach,
    archive: t.Optional[str] = None,
    contexts: t.Optional[t.Mapping[str, t.Mapping[str, t.Any]]] = None,
) -> t.Dict[str, t.Any]:
    """The option `packed`: what the controller hands to the module. `contexts` are its named directories: reach, digest
    and archive of each."""
    return {
        "dockerfile": inputs.dockerfile,
        "name": inputs.name,
        "context": inputs.context,
        "reach": reach.as_json(),
        "archive": archive,
        "contexts": dict(contexts or {}),
    }
