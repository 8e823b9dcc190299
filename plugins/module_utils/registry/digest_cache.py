# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remembers the digests of an archive's images in a small file beside it, for as long as the archive is the same.

Only a shortcut: where the file cannot be read or written, the digests are computed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import typing as t
from pathlib import Path

#: Raise it when the manifest that is made of a `docker save` archive changes.
_VERSION = 1


def _beside(archive: str) -> Path:
    path = Path(archive)
    return path.with_name(f".{path.name}.digests.json")


def _identity(archive: str) -> t.List[int]:
    status = Path(archive).stat()
    return [_VERSION, status.st_size, status.st_mtime_ns]


def _read(archive: str) -> t.Dict[str, str]:
    try:
        data = json.loads(_beside(archive).read_text(encoding="utf-8"))
        same = data["identity"] == _identity(archive)
        return dict(data["digests"]) if same else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def load(archive: str, name: str) -> t.Optional[str]:
    return _read(archive).get(name)


def store(archive: str, name: str, digest: str) -> None:
    """Written under another name and renamed: a killed run leaves the old file or the new one."""
    with contextlib.suppress(OSError):
        content = {"identity": _identity(archive), "digests": {**_read(archive), name: digest}}
        target = _beside(archive)
        handle, temporary = tempfile.mkstemp(prefix=f"{target.name}.", dir=str(target.parent))
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream)
            os.replace(temporary, target)  # noqa: PTH105
        except OSError:
            os.unlink(temporary)  # noqa: PTH108
