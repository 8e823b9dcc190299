# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What buildx has on this host, and a note beside it of what its builders were made of.

buildx says of a builder less than it was given, so the note holds what was asked, and the digest of buildx's own record
as it was then: where that is another now, somebody else has changed the builder.
"""

from __future__ import annotations

import contextlib
import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import Builder
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import docker_config_file

_OURS = ".slipway"


def folder_of(env: t.Mapping[str, str]) -> Path:
    """Where buildx keeps its builders: each user has some of their own."""
    if env.get("BUILDX_CONFIG"):
        return Path(env["BUILDX_CONFIG"])
    return docker_config_file(env).parent / "buildx"


class Store:
    """The folder of one user's builders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def lock_file(self) -> Path:
        return self._folder / _OURS / "lock"

    def has(self, name: str) -> bool:
        return self._record(name).is_file()

    def made_of(self, name: str) -> t.Optional[t.Dict[str, t.Any]]:
        """As it was asked for; None where that is not known, or not true any more."""
        note = self._note(name)
        return note["made_of"] if note and note["record"] == self._digest(name) else None

    def asked(self, name: str) -> t.Optional[t.Dict[str, t.Any]]:
        """As it was asked for, whatever somebody else made of it since."""
        note = self._note(name)
        return note["made_of"] if note else None

    def remember(self, builder: Builder) -> None:
        note = {"made_of": builder.made_of(), "record": self._digest(builder.name)}
        write_atomic(self._note_file(builder.name), json.dumps(note, indent=1, sort_keys=True) + "\n")

    def forget(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._note_file(name).unlink()

    def write_config(self, builder: Builder) -> str:
        """For `buildx create`, which reads it once. Nothing where there is none."""
        path = self._note_file(builder.name).with_suffix(".toml")
        if not builder.buildkitd_config:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            return ""
        write_atomic(path, builder.buildkitd_config)
        return str(path)

    def _note(self, name: str) -> t.Optional[t.Dict[str, t.Any]]:
        text = read_text(self._note_file(name)) if self.has(name) else None
        with contextlib.suppress(ValueError):
            note = json.loads(text or "null")
            if isinstance(note, dict) and isinstance(note.get("made_of"), dict):
                return note
        return None

    def _note_file(self, name: str) -> Path:
        return self._folder / _OURS / f"{name}.json"

    def _record(self, name: str) -> Path:
        return self._folder / "instances" / name

    def _digest(self, name: str) -> str:
        return sha256_of(self._record(name)) if self.has(name) else ""
