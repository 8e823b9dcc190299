# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that make up the engine's configuration: put in place together, and put back together."""

from __future__ import annotations

import os
import stat
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import config

_MOST = 2**20
_PUBLIC, _PRIVATE = 0o644, 0o600
_OTHERS = 0o077


@dataclass(frozen=True)
class ConfigFile:
    """A file as it was found and as it is wanted; None stands for no file."""

    path: Path
    before: t.Optional[str]
    after: t.Optional[str]
    #: A file with a password that others could read.
    exposed: bool = False

    @property
    def changed(self) -> bool:
        return self.before != self.after or self.exposed

    def write(self) -> None:
        self._put(self.after)

    def put_back(self) -> None:
        self._put(self.before)

    def diff(self) -> t.Dict[str, str]:
        return config.diff(str(self.path), self.before, self.after or "")

    def _put(self, text: t.Optional[str]) -> None:
        if text is None:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(self.path, text, _PRIVATE if _is_secret(text) else _PUBLIC)


def found(path: Path, after: t.Optional[str]) -> ConfigFile:
    before = read_own(path)
    exposed = after is not None and before is not None and _is_secret(after) and bool(path.stat().st_mode & _OTHERS)
    return ConfigFile(path, before, after, exposed)


def read_own(path: Path) -> t.Optional[str]:
    """The file's text, None where there is none. What its owner has put there instead (a pipe, a device, a disk full of
    zeros) neither holds us up nor fills our memory."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as handle:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST:
            raise InputError(f"{path} is no file of a few lines, as one is wanted there. Move it away.")
        return handle.read(_MOST).decode("utf-8", "replace")


def _is_secret(text: str) -> bool:
    return config.masked(text) != text
