# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with manifests: which ones a path means, and their text."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

SUFFIXES = (".yaml", ".yml", ".json")


def files_of(path: str) -> t.List[Path]:
    """The file itself, or the manifests directly in a directory, by name."""
    found = Path(path).expanduser()
    if found.is_dir():
        files = sorted(f for f in found.iterdir() if f.suffix in SUFFIXES and f.is_file())
        if not files:
            raise InputError(f"The directory {path} holds no manifest ({', '.join('*' + s for s in SUFFIXES)}).")
        return files
    if not found.exists():
        raise InputError(f"There is no file {path}.")
    return [found]


def read_source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8 text (byte {exc.start}).") from exc
