# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build reads: the Dockerfile and the context, from this host's files or as the controller described them."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import (
    Entry,
    digest_context,
    find_ignore,
    is_there,
    list_context,
    read_text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import unpack_context
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
        self._fill(root)
        if digest_context(root, list_context(root, Ignore())) != self.context:
            raise InputError(f"Files of the context of {self.name} changed while they were copied: run the task again.")
        file.write_text(self.dockerfile, encoding="utf-8")
        file.with_name("Dockerfile.dockerignore").write_text(_NOTHING_IGNORED, encoding="utf-8")
        return root, file

    @abc.abstractmethod
    def _fill(self, root: Path) -> None: ...


@dataclass(frozen=True)
class LocalInputs(Inputs):
    """Files of this host."""

    root: Path
    entries: t.Tuple[Entry, ...]

    def _fill(self, root: Path) -> None:
        try:
            copy_context(self.root, self.entries, root)
        except FileNotFoundError as exc:
            raise InputError(f"{exc.filename} went away while it was copied: run the task again.") from exc


@dataclass(frozen=True)
class PackedInputs(Inputs):
    """Files of the controller. `archive` is the packed context, once it has been brought here."""

    archive: t.Optional[str]

    def _fill(self, root: Path) -> None:
        unpack_context(Path(self.archive or ""), root)


def read_inputs(path: str, dockerfile: str) -> LocalInputs:
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
    entries = tuple(list_context(root, find_ignore(root, file)))
    return LocalInputs(read_text(file), str(file), digest_context(root, entries), root, entries)


def describe(inputs: LocalInputs, archive: t.Optional[str] = None) -> t.Dict[str, t.Any]:
    """The option `packed`: what the controller hands to the module."""
    return {"dockerfile": inputs.dockerfile, "name": inputs.name, "context": inputs.context, "archive": archive}
