# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One digest of a context: all names, kinds, modes, link targets and contents. Times and owners do not count. Pure."""

from __future__ import annotations

import hashlib
import os
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry


class ContextDigest:
    """Entries come in the order of a walk."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()

    def add(self, entry: Entry, content: str) -> None:
        """`content` is a file's digest. No part can hold the character between them."""
        mode = "" if entry.mode is None else f"{entry.mode:o}"
        line = "\0".join((entry.path, entry.kind, mode, entry.detail, content, "\n"))
        self._total.update(os.fsencode(line))

    @property
    def value(self) -> str:
        return "sha256:" + self._total.hexdigest()


def digest_context(entries: t.Iterable[Entry], content: t.Callable[[Entry], str]) -> str:
    total = ContextDigest()
    for entry in entries:
        total.add(entry, content(entry) if entry.kind == "file" else "")
    return total.value
