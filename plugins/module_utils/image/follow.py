# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the paths that a Dockerfile asks for lead to in a context: through symbolic links, as BuildKit's client follows
them before it decides what to send."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.image.context import unreadable
from ansible_collections.slipway.deploy.plugins.module_utils.image.gopattern import BadPattern, name_regex
from ansible_collections.slipway.deploy.plugins.module_utils.image.patterns import Patterns, clean, compile_pattern

_GONE = (FileNotFoundError, NotADirectoryError)


def follow(root: Path, paths: t.Iterable[str]) -> t.Optional[Patterns]:
    """The patterns of all that is wanted; None where that is everything. `paths` are as COPY has them."""
    links = _Links(root)
    for path in paths:
        if clean("/" + path) == "/":
            return None
        links.add(path)
    if "." in links.found:
        return None
    compiled = [compile_pattern(path) for path in _without_nested(sorted(links.found))]
    return Patterns([pattern for pattern in compiled if pattern is not None])


def _without_nested(paths: t.Sequence[str]) -> t.List[str]:
    kept: t.List[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1] + "/"):
            kept.append(path)
    return kept


def has_wildcards(name: str) -> bool:
    at = 0
    while at < len(name):
        if name[at] == "\\":
            at += 1
        elif name[at] in "*?[":
            return True
        at += 1
    return False


class _Links:
    """`found` grows with each path that is added."""

    def __init__(self, root: Path) -> None:
        self.found: t.Set[str] = set()
        self._root = root

    def add(self, path: str) -> None:
        rest: t.Optional[str] = clean("/" + path)[1:] or "."
        current = ""
        while rest is not None:
            part, slash, tail = rest.partition("/")
            current = f"{current}/{part}" if current else part
            rest = tail if slash else None
            targets = self._targets(current)
            if (rest is None or targets is not None) and current in self.found:
                return
            if targets is not None:
                self.found.add(current)
                for target in targets:
                    self.add(f"{target}/{rest}" if rest else target)
                return
        self.found.add(current)

    def _targets(self, path: str) -> t.Optional[t.List[str]]:
        """Where a link points; for a name with wildcards where all links of that name point."""
        folder, _slash, name = path.rpartition("/")
        if not has_wildcards(name):
            return self._target(path)
        try:
            regex = name_regex(name)
            names = sorted(item.name for item in (self._root / folder).iterdir())
        except (BadPattern, *_GONE):
            return None
        except OSError as exc:
            raise unreadable(self._root / folder, exc) from exc
        found = [self._target(f"{folder}/{one}" if folder else one) for one in names if regex.match(one)]
        together = [target for targets in found for target in targets or ()]
        return together or None

    def _target(self, path: str) -> t.Optional[t.List[str]]:
        full = self._root / path
        try:
            if not stat.S_ISLNK(full.lstat().st_mode):
                return None
            link = clean(os.readlink(full))  # noqa: PTH115  (a Path would change the target)
        except _GONE:
            return None
        except OSError as exc:
            raise unreadable(full, exc) from exc
        return [link if link.startswith("/") else clean("/" + path.rpartition("/")[0] + "/" + link)]
