# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build reads: the Dockerfile and the context, from this host's files or as the controller described them."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import (
    Entry,
    find_ignore,
    is_there,
    read_text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.context_digest import digest_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import FileDigests
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import unpack_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ALL, Reach, select
from ansible_collections.slipway.deploy.plugins.module_utils.image.snapshot import copy_context

#: BuildKit takes an empty file for none; this one stops it from applying .dockerignore a second time.
_NOTHING_IGNORED = "# The context has only what .dockerignore lets through.\n"


@dataclass(frozen=True)
class Inputs(abc.ABC):
    """`dockerfile` is the text; `name` its path as the user knows it; `context` the context's digest."""

    dockerfile: str
    name: str
    context: str

    def snapshot(self, folder: Path) -> t.Tuple[Path, Path]:
        """A copy to build from: the context and the Dockerfile, just as they were read."""
        root, file = folder / "context", folder / "Dockerfile"
        if self._fill(root) != self.context:
            raise InputError(f"Files of the context of {self.name} changed while they were copied: run the task again.")
        file.write_text(self.dockerfile, encoding="utf-8")
        file.with_name("Dockerfile.dockerignore").write_text(_NOTHING_IGNORED, encoding="utf-8")
        return root, file

    @abc.abstractmethod
    def _fill(self, root: Path) -> str:
        """The digest of what was copied."""


@dataclass(frozen=True)
class LocalInputs(Inputs):
    """Files of this host."""

    root: Path
    entries: t.Tuple[Entry, ...]

    def _fill(self, root: Path) -> str:
        try:
            return copy_context(self.root, self.entries, root)
        except FileNotFoundError as exc:
            raise InputError(f"{exc.filename} went away while it was copied: run the task again.") from exc


@dataclass(frozen=True)
class PackedInputs(Inputs):
    """Files of the controller. `archive` is the packed context, once it has been brought here."""

    archive: t.Optional[str]

    def _fill(self, root: Path) -> str:
        return unpack_context(Path(self.archive or ""), root)


@dataclass(frozen=True)
class Source:
    """A Dockerfile and the folder that it reads. `name` is the Dockerfile's path as the user knows it."""

    root: Path
    file: Path
    dockerfile: str

    @property
    def name(self) -> str:
        return str(self.file)

    def select(self, reach: Reach = ALL, cache: t.Optional[Path] = None) -> LocalInputs:
        """The part that the Dockerfile reads, with its digest. `cache` is where digests are remembered."""
        entries = select(self.root, find_ignore(self.root, self.file), reach, self.name)
        files = FileDigests(self.root, cache)
        digest = digest_context(entries, files.of)
        files.save()
        return LocalInputs(self.dockerfile, self.name, digest, self.root, entries)


def open_source(path: str, dockerfile: str) -> Source:
    """`dockerfile` is relative to the context, or absolute."""
    root, file = Path(path), Path(path) / dockerfile
    if not is_there(root):
        raise InputError(f"There is no build context {path}: 'path' must be a directory.")
    if not root.is_dir():
        raise InputError(f"The build context {path} is not a directory.")
    if not is_there(file):
        raise InputError(f"There is no Dockerfile {file}: name it by 'dockerfile', relative to 'path'.")
    if not file.is_file():
        raise InputError(f"The Dockerfile {file} is not a file.")
    return Source(root, file, read_text(file))


def read_inputs(path: str, dockerfile: str) -> LocalInputs:
    """All of a context."""
    return open_source(path, dockerfile).select()


def read_inline(path: str, text: str, name: str) -> LocalInputs:
    """With the Dockerfile in a definition instead of a file; `name` is what to call it."""
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"There is no build context {path} for {name}.")
    return replace(Source(root, root / "Dockerfile", text).select(), name=name)


def describe(inputs: LocalInputs, archive: t.Optional[str] = None) -> t.Dict[str, t.Any]:
    """The option `packed`: what the controller hands to the module."""
    return {"dockerfile": inputs.dockerfile, "name": inputs.name, "context": inputs.context, "archive": archive}
