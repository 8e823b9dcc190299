# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image of the lab is made from, as one hash: the same inputs, the same image, no build."""

from __future__ import annotations

import hashlib
import typing as t
from pathlib import Path


def tree_hash(directory: Path, *more: str) -> str:
    """Over the paths, executable bits and contents below `directory`, and over `more`."""
    total = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        executable = "x" if path.stat().st_mode & 0o100 else "-"
        _add(total, path.relative_to(directory).as_posix(), executable)
        _add(total, hashlib.sha256(path.read_bytes()).hexdigest())
    _add(total, *more)
    return total.hexdigest()[:16]


def _add(total: t.Any, *words: str) -> None:
    for word in words:
        total.update(word.encode() + b"\0")
