# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a set of files should be, and how each differs from what is there. Pure: no file is touched here."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_OTHERS_MAY_READ = 0o004


@dataclass(frozen=True)
class WantedFile:
    """One file as it should be.

    `keep`: content that is already there wins (a generated key, for example). `previous`: what is replaced stays
    beside it.
    """

    dest: str
    content: bytes = b""
    mode: int = 0o644
    owner: str | None = None
    group: str | None = None
    absent: bool = False
    keep: bool = False
    previous: bool = False
    validate: str | None = None

    @property
    def public(self) -> bool:
        """A file that not everybody may read is never shown."""
        return bool(self.mode & _OTHERS_MAY_READ)


@dataclass(frozen=True)
class FoundFile:
    """One file as it is."""

    content: bytes
    mode: int
    owner: str
    group: str


@dataclass(frozen=True)
class FileChange:
    """What must happen to one file; `what` is empty where nothing must."""

    wanted: WantedFile
    found: FoundFile | None
    what: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return bool(self.what)

    @property
    def rewrites(self) -> bool:
        return "content" in self.what or "created" in self.what

    def shown(self) -> dict[str, t.Any]:
        return {"dest": self.wanted.dest, "changed": self.changed, "what": list(self.what)}

    def diff(self) -> dict[str, str]:
        before = _text(self.found.content) if self.found else ""
        after = "" if self.wanted.absent else _text(self._content_after())
        if not self.wanted.public or _hidden(self.found):
            before, after = _without_content(before, "before"), _without_content(after, "after")
        header = self.wanted.dest
        if self.found and not self.wanted.absent and self.found.mode != self.wanted.mode:
            header += f" (mode {self.found.mode:04o} -> {self.wanted.mode:04o})"
        return {"before_header": self.wanted.dest, "after_header": header, "before": before, "after": after}

    def _content_after(self) -> bytes:
        return self.found.content if self.wanted.keep and self.found else self.wanted.content


def parse(items: t.Sequence[t.Mapping[str, t.Any]]) -> list[WantedFile]:
    """The task's list as values; a second entry for the same path is a mistake, never a merge."""
    wanted = [_one(number, item) for number, item in enumerate(items, start=1)]
    seen: set[str] = set()
    for file in wanted:
        if file.dest in seen:
            raise InputError(f"files: {file.dest} is listed twice; leave one entry.")
        seen.add(file.dest)
    return wanted


def _one(number: int, item: t.Mapping[str, t.Any]) -> WantedFile:
    dest = item["dest"]
    if not dest.startswith("/"):
        raise InputError(f"files[{number}]: dest must be an absolute path, not '{dest}'.")
    absent = item["state"] == "absent"
    if item["content"] is None and not absent:
        raise InputError(f"files[{number}] ({dest}): give content, or state: absent.")
    validate = item["validate"]
    if validate is not None and "%s" not in validate:
        raise InputError(f"files[{number}] ({dest}): validate must name the file by %s.")
    return WantedFile(
        dest=dest,
        content=(item["content"] or "").encode(),
        mode=_mode(number, item["mode"]),
        owner=item["owner"],
        group=item["group"],
        absent=absent,
        keep=bool(item["keep"]),
        previous=bool(item["previous"]),
        validate=validate,
    )


def _mode(number: int, mode: str) -> int:
    try:
        return int(str(mode), 8)
    except ValueError as exc:
        raise InputError(f"files[{number}]: mode must be octal digits such as '0644', not '{mode}'.") from exc


def compare(wanted: WantedFile, found: FoundFile | None) -> FileChange:
    """Name every difference between the file that is wanted and the one that is there."""
    if wanted.absent:
        return FileChange(wanted, found, ("removed",) if found else ())
    if found is None:
        return FileChange(wanted, None, ("created",))
    what = []
    if found.content != wanted.content and not wanted.keep:
        what.append("content")
    if found.mode != wanted.mode:
        what.append("mode")
    if wanted.owner is not None and found.owner != wanted.owner:
        what.append("owner")
    if wanted.group is not None and found.group != wanted.group:
        what.append("group")
    return FileChange(wanted, found, tuple(what))


def _hidden(found: FoundFile | None) -> bool:
    return found is not None and not found.mode & _OTHERS_MAY_READ


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _without_content(text: str, side: str) -> str:
    return f"(content hidden: not everybody may read this file; {side})\n" if text else ""
