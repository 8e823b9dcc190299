# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with manifests: which ones a path, a directory or a glob means, and their text."""

from __future__ import annotations

import glob
import os
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

SUFFIXES = (".yaml", ".yml", ".json")
_ENDINGS = ", ".join("*" + suffix for suffix in SUFFIXES)
#: Files that say that a directory is something else than manifests, and the option that reads it.
_OTHERS = {
    "kustomization.yaml": "kustomize",
    "kustomization.yml": "kustomize",
    "Kustomization": "kustomize",
    "Chart.yaml": "helm",
}


def is_glob(path: str) -> bool:
    """A file whose name has such characters is meant itself where it exists."""
    return glob.has_magic(path) and not expanded(path).exists()


def expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()


def files_of(path: str, recursive: bool = False) -> t.List[Path]:
    """The file itself, the manifests in a directory, or what a glob matches; by name."""
    found = expanded(path)
    if found.is_dir():
        return _in_directory(found, path, recursive)
    if is_glob(path):
        return _matches(str(found), path)
    if not found.exists():
        raise InputError(f"There is no file {path}.")
    return [found]


def _in_directory(folder: Path, shown: str, recursive: bool) -> t.List[Path]:
    for name, option in _OTHERS.items():
        if (folder / name).is_file():
            raise InputError(f"The directory {shown} holds a {name}: give it to the option {option} instead of src.")
    candidates = folder.rglob("*") if recursive else folder.iterdir()
    files = sorted(f for f in candidates if f.suffix in SUFFIXES and f.is_file())
    if not files:
        deeper = "" if recursive else "; directories in it are read with recursive: true"
        raise InputError(f"The directory {shown} holds no manifest ({_ENDINGS}{deeper}).")
    return files


def _matches(pattern: str, shown: str) -> t.List[Path]:
    """A pattern that names an ending itself means just that; else only manifests are taken of what it matches."""
    ending = Path(pattern).suffix
    named = bool(ending) and not glob.has_magic(ending)
    found = sorted({Path(match) for match in glob.glob(pattern, recursive=True)})  # noqa: PTH207  Path.glob knows no absolute pattern
    files = [f for f in found if f.is_file() and (named or f.suffix in SUFFIXES)]
    if not files:
        raise InputError(f"No file matches {shown}{'' if named else f' ({_ENDINGS})'}.")
    return files


def read_source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8 text (byte {exc.start}).") from exc
