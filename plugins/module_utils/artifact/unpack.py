# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files out of a tar archive that came from elsewhere: regular files only, none outside the folder."""

from __future__ import annotations

import hashlib
import tarfile
import typing as t
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError

_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Unpacking:
    """`member`: this one file. Else all, or `only` those, without the first `strip` folders of their names."""

    member: str = ""
    strip: int = 0
    only: t.Tuple[str, ...] = ()

    def place(self, name: str) -> str:
        """Where a file of the archive goes; empty: nowhere."""
        parts = PurePosixPath(name).parts
        if ".." in parts or name.startswith("/"):
            raise SlipwayError(f"holds {name!r}, which leads out of its folder")
        plain = "/".join(parts)
        if self.member:
            return PurePosixPath(name).name if plain == self.member else ""
        if self.only and plain not in self.only:
            return ""
        return "/".join(parts[self.strip :])


def unpack(archive: Path, how: Unpacking, scratch: Path, url: str) -> t.Dict[str, t.Tuple[Path, str]]:
    """place -> (a file in scratch, its SHA-256)."""
    found: t.Dict[str, t.Tuple[Path, str]] = {}
    names: t.List[str] = []
    try:
        with tarfile.open(archive) as opened:
            for member in opened:
                names.append(str(PurePosixPath(member.name)))
                place = how.place(member.name) if member.isfile() else ""
                if place:
                    path = scratch / f"member{len(found)}"
                    found[place] = (path, _extract(opened, member, path))
    except (tarfile.TarError, EOFError, OSError) as exc:
        raise SlipwayError(f"{url} is no tar archive that can be read: {exc}.") from exc
    except SlipwayError as exc:
        raise SlipwayError(f"{url} {exc.message}: it is not unpacked.") from exc
    lost = sorted({how.member} - set(names) if how.member else set(how.only) - set(names))
    if lost or not found:
        raise InputError(f"{url} has no {', '.join(lost) or 'files'}; it has {', '.join(names[:30])}.")
    return found


def _extract(opened: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    content = opened.extractfile(member)
    found = hashlib.sha256()
    with path.open("wb") as out:
        for block in iter(lambda: content.read(_BLOCK) if content else b"", b""):
            found.update(block)
            out.write(block)
    return found.hexdigest()
