# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files .dockerignore leaves out of a build's context, by the engine's own rules. Pure."""

from __future__ import annotations

import posixpath
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_REGEX_SPECIAL = ".+()|{}$"
_WILDCARD = re.compile(r"[*?\[\\]")


@dataclass(frozen=True)
class Pattern:
    """One line. `keeps` (it began with '!') takes files back in."""

    text: str
    keeps: bool
    regex: t.Pattern[str]

    def matches(self, paths: t.Sequence[str]) -> bool:
        return any(self.regex.match(path) for path in paths)

    def may_match_below(self, folder: str) -> bool:
        """Whether a path below the folder could match: by the pattern's folders before its first wildcard."""
        prefix: t.List[str] = []
        for part in self.text.split("/"):
            if _WILDCARD.search(part):
                break
            prefix.append(part)
        parts = folder.split("/")
        common = min(len(prefix), len(parts))
        return prefix[:common] == parts[:common]


@dataclass(frozen=True)
class Ignore:
    """All lines of one file. The last line that matches a path, or a folder above it, decides."""

    patterns: t.Tuple[Pattern, ...] = ()

    def ignores(self, path: str) -> bool:
        """`path` is relative to the context, with '/'."""
        parts = path.split("/")
        paths = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        ignored = False
        for pattern in self.patterns:
            if pattern.keeps == ignored and pattern.matches(paths):
                ignored = not pattern.keeps
        return ignored

    def prunes(self, folder: str) -> bool:
        """The folder is left out, and nothing below it can come back."""
        if not self.ignores(folder):
            return False
        return not any(pattern.keeps and pattern.may_match_below(folder) for pattern in self.patterns)


def parse_dockerignore(text: str, where: str = ".dockerignore") -> Ignore:
    patterns = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        pattern = _parse_line(line, f"{where}:{number}")
        if pattern is not None:
            patterns.append(pattern)
    return Ignore(tuple(patterns))


def _parse_line(line: str, where: str) -> t.Optional[Pattern]:
    stripped = line.strip()
    if line.startswith("#") or not stripped:
        return None
    keeps = stripped.startswith("!")
    if keeps:
        stripped = stripped[1:].strip()
        if not stripped:
            raise InputError(f"{where}: '!' stands alone: write the path that is to be kept after it.")
    text = posixpath.normpath(stripped).lstrip("/") or "/"
    try:
        return Pattern(text, keeps, re.compile(_regex(text), re.DOTALL))
    except re.error as exc:
        raise InputError(f"{where}: {stripped!r} is not a pattern ({exc}).") from exc


def _regex(pattern: str) -> str:
    """'*' stays inside a folder, '**' does not; '[...]' is a class, a backslash takes the next character as it is."""
    out, rest = "", pattern
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "*" and rest.startswith("*"):
            rest = rest[1:]
            rest = rest[1:] if rest.startswith("/") else rest
            out += "(?:.*/)?" if rest else ".*"
        elif char == "\\":
            out += re.escape(rest[:1]) if rest else r"\\"
            rest = rest[1:]
        elif char == "[":
            end = rest.find("]", 1)
            if end < 0:
                return "["  # which no regular expression is
            out += _class(rest[:end])
            rest = rest[end + 1 :]
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(char, "\\" + char if char in _REGEX_SPECIAL else char)
    return out + r"\Z"


def _class(inside: str) -> str:
    """Only a range and a negation mean something in a class; what else Python reads in one is taken literally."""
    negated = "^" if inside.startswith("^") else ""
    return "[" + negated + re.sub(r"([\[\]&~|])|(?<=-)-", r"\\\g<0>", inside[len(negated) :]) + "]"
