# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a context that a Dockerfile reads."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry, list_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.follow import follow, has_wildcards
from ansible_collections.slipway.deploy.plugins.module_utils.image.patterns import clean

_MOST_LINKS = 255


class Asked(t.NamedTuple):
    """A path of the context. `exact`: COPY or ADD names it and nothing else, so it has to be there."""

    path: str
    line: int
    keyword: str
    exact: bool = False


@dataclass(frozen=True)
class Reach:
    """`everything`: what is read cannot be told, or is all. `modes`: those of folders that are named count, too."""

    asked: t.Tuple[Asked, ...] = ()
    everything: bool = False
    modes: bool = False

    def as_json(self) -> t.Dict[str, t.Any]:
        asked = [list(one) for one in self.asked]
        return {"asked": asked, "everything": self.everything, "modes": self.modes}


def reach_of(data: t.Mapping[str, t.Any]) -> Reach:
    return Reach(tuple(Asked(*one) for one in data["asked"]), bool(data["everything"]), bool(data["modes"]))


ALL = Reach(everything=True)


class ReachNeededError(Exception):
    """The controller described another part of a context than the Dockerfile reads: it has to describe that."""


def joined(parts: t.Sequence[Reach]) -> Reach:
    """Of several platforms."""
    asked = dict.fromkeys(one for part in parts for one in part.asked)
    return Reach(tuple(asked), any(part.everything for part in parts), any(part.modes for part in parts))


def select(root: Path, ignore: Ignore, reach: Reach, dockerfile: str) -> t.Tuple[Entry, ...]:
    """Raises for a path that is not there. `dockerfile` is its path, for messages."""
    if not reach.everything and not reach.asked:
        return ()
    wanted = None if reach.everything else follow(root, [one.path for one in reach.asked])
    entries = list_context(root, ignore, wanted, modes=reach.modes)
    exact = [one for one in reach.asked if one.exact and not has_wildcards(one.path) and "\\" not in one.path]
    found = {entry.path: entry for entry in entries} if exact else {}
    for one in exact:
        if not _is_there(found, one.path):
            raise InputError(f"{dockerfile}:{one.line}: {one.keyword} {one.path}: {_why(root, ignore, one.path)}")
    return tuple(entries)


def _is_there(found: t.Mapping[str, Entry], path: str) -> bool:
    """In what is sent, with symbolic links followed inside of it."""
    rest, current, links = [part for part in clean("/" + path).split("/") if part], "", 0
    while rest:
        part = rest.pop(0)
        name = f"{current}/{part}" if current else part
        entry = found.get(name)
        if entry is None or links > _MOST_LINKS:
            return False
        if entry.kind == "link":
            links += 1
            folder = "" if entry.detail.startswith("/") else current
            rest = [one for one in clean(f"/{folder}/{entry.detail}").split("/") if one] + rest
            current = ""
        else:
            current = name
    return True


def _why(root: Path, ignore: Ignore, written: str) -> str:
    path = clean("/" + written)[1:]
    if os.path.lexists(root / path):
        if ignore.ignores(path):
            return f"{ignore.reason(path)} leaves it out of the context: add the line !{path} there."
        return f"it leads to what is not in the context {root}."
    if clean(written).startswith(".."):
        return f"a build cannot read what is outside of its context {root}: name a folder above by 'path'."
    return f"there is no {path} in the context {root}."
