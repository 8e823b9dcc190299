# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files as a build's result: an image archive, the result's file system as an archive or a folder.

A note beside each (`.NAME.slipway`) has the fingerprint it was made from and a digest of what was written, so that
neither new inputs nor a changed or missing file go unnoticed. The note is empty while the result is replaced: it says
that a build has made what is there, and nothing more.
"""

from __future__ import annotations

import json
import shutil
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.image.archive import read_image
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import list_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import digest_files
from ansible_collections.slipway.deploy.plugins.module_utils.image.portrait import portrait_of

_FOLDER = "local"
_ARCHIVES = ("oci", "docker")


@dataclass(frozen=True)
class FileOutput:
    """`type` as buildx calls it: oci, docker, tar or local."""

    type: str
    dest: Path

    @property
    def note(self) -> Path:
        return self.dest.with_name(f".{self.dest.name}.slipway")

    @property
    def staged(self) -> Path:
        """On the same file system, so that it can be renamed."""
        return self.dest.with_name(f".{self.dest.name}.slipway-new")


def parse_outputs(given: t.Optional[t.Sequence[Params]]) -> t.Tuple[FileOutput, ...]:
    found = tuple(FileOutput(item["type"], Path(item["dest"])) for item in given or [])
    places = [output.dest for output in found]
    for output in found:
        if not output.dest.is_absolute():
            raise InputError(f"outputs: dest {output.dest} is not an absolute path.")
        if "," in str(output.dest):
            raise InputError(f"outputs: dest {output.dest} has a comma, which buildx cannot take.")
        if places.count(output.dest) > 1:
            raise InputError(f"outputs: dest {output.dest} is there twice.")
    return found


def check_place(output: FileOutput) -> None:
    """Nothing of somebody else's is overwritten."""
    if not output.dest.parent.is_dir():
        raise InputError(f"outputs: there is no folder {output.dest.parent} for {output.dest.name}: make it first.")
    if output.type != _FOLDER and output.dest.is_dir():
        raise InputError(f"outputs: {output.dest} is a folder: name a file for type {output.type}.")
    if output.type == _FOLDER and output.dest.exists() and read_text(output.note) is None:
        if not output.dest.is_dir():
            raise InputError(f"outputs: {output.dest} is not a folder, which type local makes.")
        if any(output.dest.iterdir()):
            raise InputError(
                f"outputs: {output.dest} has files that no build has made: give a folder of its own, or empty it."
            )


def is_current(output: FileOutput, fingerprint: str) -> bool:
    note = _read_note(output)
    return note.get("fingerprint") == fingerprint and note.get("digest") == content_digest(output, output.dest)


def identity(output: FileOutput, path: Path, name: str) -> t.Optional[str]:
    """What `path` holds: for an image (called `name`) what it is, since an archive has the time of its making in it."""
    if not path.exists():
        return None
    if output.type in _ARCHIVES:
        try:
            return portrait_of(read_image(str(path), name)).digest
        except InputError:
            return None  # something else lies there
    return content_digest(output, path)


def content_digest(output: FileOutput, path: Path) -> t.Optional[str]:
    if output.type == _FOLDER:
        return digest_files(path, list_context(path, Ignore())) if path.is_dir() else None
    if not path.is_file():
        return None
    return f"sha256:{sha256_of(path)}"


def place(output: FileOutput, fingerprint: str) -> None:
    """Put what lies at `staged` where it belongs."""
    write_atomic(output.note, "{}", mode=0o644)
    if output.type == _FOLDER and output.dest.exists():
        shutil.rmtree(output.dest)
    if output.type == _FOLDER:
        output.staged.chmod(0o755)  # buildx makes it for its own user alone
    output.staged.replace(output.dest)
    remember(output, fingerprint)


def remember(output: FileOutput, fingerprint: str) -> None:
    """What lies there is what these inputs give."""
    digest = content_digest(output, output.dest)
    write_atomic(output.note, json.dumps({"fingerprint": fingerprint, "digest": digest}), mode=0o644)


def clear_stage(output: FileOutput) -> None:
    """What a killed run left."""
    if output.staged.is_dir() and not output.staged.is_symlink():
        shutil.rmtree(output.staged)
    elif output.staged.exists():
        output.staged.unlink()


def _read_note(output: FileOutput) -> t.Dict[str, t.Any]:
    try:
        note = json.loads(read_text(output.note) or "{}")
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}
