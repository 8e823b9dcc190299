# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The patterns of ignore files and of what COPY asks for, matched as BuildKit's client matches them. Pure.

A folder's result is handed down to what is in it: a path matches a pattern when a folder above it did. BuildKit does
not try a pattern that cannot change the result, and what was not tried does not count as a match further down.
"""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.image.gopattern import (
    SPACE,
    BadPattern,
    check_name_pattern,
    python_regex,
)

_NO_LITERAL = "*[]?^\\"
_ESCAPED = ".+()|{}$"
#: Which patterns matched a folder: bit i for pattern i.
Matched = int


@dataclass(frozen=True)
class Pattern:
    """One pattern. `keeps` (it began with '!') takes paths back out of what the others matched."""

    text: str
    keeps: bool
    test: t.Callable[[str], t.Any]
    #: For a literal path its folder: only there it can match.
    folder: t.Optional[str] = None

    @property
    def prefix(self) -> t.Optional[str]:
        """The folder in which alone it can match, with a '/'; None where a wildcard comes before the end."""
        text = _without(_without(self.text, "/**"), "/*")
        return None if any(char in text for char in _NO_LITERAL) else text + "/"


def _without(text: str, suffix: str) -> str:
    return text[: -len(suffix)] if text.endswith(suffix) else text


class Patterns:
    """Patterns in order: the last one that matches decides."""

    def __init__(self, patterns: t.Sequence[Pattern]) -> None:
        self.all = tuple(patterns)
        self._exceptions = any(pattern.keeps for pattern in self.all)
        kept = [pattern.prefix for pattern in self.all if pattern.keeps]
        self._kept = None if None in kept else [prefix for prefix in kept if prefix is not None]
        wanted = [pattern.prefix for pattern in self.all if not pattern.keeps]
        self._wanted = None if None in wanted else [prefix for prefix in wanted if prefix is not None]

    def below(self, folder: str, parents: Matched) -> t.Callable[[str], t.Tuple[bool, Matched]]:
        """A function that tells of each path directly in `folder` whether it matches. `parents` is the folder's own."""
        tries = [
            (1 << index, pattern.keeps, pattern.test)
            for index, pattern in enumerate(self.all)
            if parents >> index & 1 or pattern.folder is None or pattern.folder == folder
        ]

        def match(path: str) -> t.Tuple[bool, Matched]:
            result, bits = False, 0
            for bit, keeps, test in tries:
                if parents & bit or (keeps == result and test(path)):
                    bits |= bit
                    result = not keeps
            return result, bits

        return match

    def matches(self, path: str) -> bool:
        """One path by itself, with the folders above it."""
        result, bits, folder = False, 0, ""
        for part in path.split("/"):
            name = f"{folder}/{part}" if folder else part
            result, bits = self.below(folder, bits)(name)
            folder = name
        return result

    def last_match(self, path: str) -> t.Optional[int]:
        """The number of the pattern that decides on a path."""
        bits, folder = 0, ""
        for part in path.split("/"):
            name = f"{folder}/{part}" if folder else part
            _result, bits = self.below(folder, bits)(name)
            folder = name
        return bits.bit_length() - 1 if bits else None

    def hides(self, folder: str) -> bool:
        """For a folder that matches an ignore file: nothing below it comes back."""
        if not self._exceptions:
            return True
        return self._kept is not None and not any(prefix.startswith(folder + "/") for prefix in self._kept)

    def leads_nowhere(self, folder: str) -> bool:
        """For a folder that nothing asks for: neither does anything ask for what is below it."""
        return self._wanted is not None and not any(prefix.startswith(folder + "/") for prefix in self._wanted)


def compile_pattern(text: str) -> t.Optional[Pattern]:
    """None for an empty one. Raises BadPattern."""
    text = text.strip(SPACE)
    if not text:
        return None
    text = clean(text)
    keeps = text.startswith("!")
    if keeps:
        text = text[1:]
        if not text:
            raise BadPattern("'!' stands alone: write the path that is to be kept after it")
    check_name_pattern(text)
    return _compile(text, keeps)


def clean(path: str) -> str:
    """The shortest equivalent path; Python alone keeps two slashes at the beginning."""
    cleaned = posixpath.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _compile(text: str, keeps: bool) -> Pattern:
    kind, go = _translate(text)
    if kind == "exact":
        return Pattern(text, keeps, text.__eq__, text.rpartition("/")[0])
    if kind == "prefix":
        start = text[:-2]
        return Pattern(text, keeps, lambda path: path.startswith(start))
    if kind == "suffix":
        end = text[2:]
        return Pattern(text, keeps, lambda path: path.endswith(end) or (end[:1] == "/" and path == end[1:]))
    return Pattern(text, keeps, python_regex(f"^{go}\\z").match)


def _translate(text: str) -> t.Tuple[str, str]:
    """How to match, and the Go expression for it. '*' stays inside a folder, '**' does not."""
    kind, go, at = "exact", "", 0
    while at < len(text):
        char, start = text[at], at
        at += 1
        if text.startswith("**", start):
            at += 1 + text.startswith("/", at + 1)
            if at < len(text):
                kind, go = "regex", go + "(.*/)?"
            elif kind == "exact":
                kind = "prefix"
            else:
                kind, go = "regex", go + ".*"
            kind = kind if start else "suffix"
        elif char == "\\":
            kind, go, at = "regex", go + text[start : at + 1], at + 1
        elif char in "*?[]":
            kind, go = "regex", go + {"*": "[^/]*", "?": "[^/]"}.get(char, char)
        else:
            go += "\\" + char if char in _ESCAPED else char
    return kind, go
