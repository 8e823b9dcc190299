# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files .dockerignore leaves out of a build's context, by BuildKit's own rules. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.gopattern import SPACE, BadPattern
from ansible_collections.slipway.deploy.plugins.module_utils.image.patterns import (
    Pattern,
    Patterns,
    clean,
    compile_pattern,
)


@dataclass(frozen=True)
class Ignore:
    """All lines of one file; `where` is its path, `lines` the line of each pattern."""

    patterns: Patterns = field(default_factory=lambda: Patterns(()))
    where: str = ""
    lines: t.Tuple[int, ...] = ()

    def ignores(self, path: str) -> bool:
        """`path` is relative to the context, with '/'."""
        return self.patterns.matches(path)

    def reason(self, path: str) -> str:
        """The place and the text of the line that leaves a path out."""
        index = self.patterns.last_match(path)
        return self.where if index is None else f"{self.where}:{self.lines[index]} ({self.patterns.all[index].text})"


def parse_dockerignore(text: str, where: str = ".dockerignore") -> Ignore:
    patterns: t.List[Pattern] = []
    lines: t.List[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            pattern = _parse_line(line[1:] if number == 1 and line.startswith("\ufeff") else line)
        except BadPattern as exc:
            raise InputError(f"{where}:{number}: {line.strip()!r} is not a pattern: {exc}.") from exc
        if pattern is not None:
            patterns.append(pattern)
            lines.append(number)
    return Ignore(Patterns(patterns), where, tuple(lines))


def _parse_line(line: str) -> t.Optional[Pattern]:
    stripped = line.strip(SPACE)
    if line.startswith("#") or not stripped:
        return None
    mark = "!" if stripped.startswith("!") else ""
    path = stripped[len(mark) :].strip(SPACE)
    if path:
        path = clean(path)
        path = path[1:] if len(path) > 1 and path.startswith("/") else path
    return compile_pattern(mark + path)
