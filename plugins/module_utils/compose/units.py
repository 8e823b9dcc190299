# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that come with a release, each kept under a name that its content gives.

A container that runs keeps the content it was started with, also when it is started again; going back needs no copy.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets as random_source
import shutil
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic

_SHOWN = 16


@dataclass(frozen=True)
class BroughtFile:
    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Unit:
    """One file (its path is empty) or a directory of files by their paths in it."""

    name: str
    files: t.Mapping[str, BroughtFile]

    def path(self, store: str, sign: t.Callable[[bytes], str]) -> str:
        return f"{store}/{self.key(sign)}/{self.name}"

    def key(self, sign: t.Callable[[bytes], str]) -> str:
        parts = [(path, hashlib.sha256(f.content).hexdigest(), f.executable) for path, f in sorted(self.files.items())]
        return sign(json.dumps([self.name, parts]).encode())


def signer(key: str) -> t.Callable[[bytes], str]:
    """Names and labels are public, and a plain hash of a weak password would give it away."""

    def sign(content: bytes) -> str:
        return hmac.new(key.encode(), content, hashlib.sha256).hexdigest()[:_SHOWN]

    return sign


def key_at(path: Path, create: bool) -> str:
    """The host's own random key."""
    key = read_text(path)
    if key is None:
        key = random_source.token_hex(32)
        if create:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(path, key)
    return key


def keep(units: t.Iterable[Unit], store: Path, sign: t.Callable[[bytes], str]) -> None:
    """Write what is not there yet; each unit appears whole, by a rename."""
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    for unit in units:
        target = store / unit.key(sign)
        if not target.exists():
            _write(unit, target)


def _write(unit: Unit, target: Path) -> None:
    made = Path(tempfile.mkdtemp(dir=str(target.parent), prefix=".new-"))
    for path, file in unit.files.items():
        place = made / unit.name / path if path else made / unit.name
        _make_folders(place.parent, made)
        place.write_bytes(file.content)
        # Containers run as other users: readable inside a directory that only root enters.
        place.chmod(0o555 if file.executable else 0o444)
    _flush(made)
    made.rename(target)


def _make_folders(folder: Path, root: Path) -> None:
    """Whatever the umask: a mounted directory is read by the container's user."""
    if folder != root and not folder.is_dir():
        _make_folders(folder.parent, root)
        folder.mkdir()
        folder.chmod(0o755)


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def sweep(store: Path, wanted: t.Iterable[str]) -> None:
    """Remove units that none of these texts names, and what a killed run left half written."""
    texts = list(wanted)
    for folder in store.glob("*"):
        if folder.name.startswith(".new-") or not any(f"/{folder.name}/" in text for text in texts):
            shutil.rmtree(folder)
