# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the text of a Dockerfile to its instructions, as BuildKit's parser cuts them. Pure."""

from __future__ import annotations

import difflib
import json
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import Lexer, split_words

KEYWORDS = frozenset((
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK",
    "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
))  # fmt: skip
_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*\Z")
_DIRECTIVES = ("syntax", "escape", "check")
_SPACES = re.compile(r"[\t\v\f\r ]+")
_HEREDOC = re.compile(r"(\d*)<<(-?)([^<]*)\Z")
_TAKES_HEREDOC = ("RUN", "COPY", "ADD")
_TABS = re.compile(r"^\t+", re.MULTILINE)


@dataclass(frozen=True)
class Heredoc:
    """A file in the Dockerfile. `expand`: its variables are replaced."""

    name: str
    expand: bool
    content: str


@dataclass(frozen=True)
class Instruction:
    """One instruction with its continuation lines joined. A flag without a value has None."""

    line: int
    keyword: str
    flags: t.Tuple[t.Tuple[str, t.Optional[str]], ...]
    rest: str
    heredocs: t.Tuple[Heredoc, ...] = ()

    def flag(self, name: str) -> t.Optional[str]:
        return dict(self.flags).get(name)

    @property
    def words(self) -> t.List[str]:
        """A JSON list, or what stands between spaces."""
        listed = json_list(self.rest)
        return listed if listed is not None else [word for word in _SPACES.split(self.rest) if word]


def json_list(text: str) -> t.Optional[t.List[str]]:
    if not text.startswith("["):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else None


def directives(text: str, path: str) -> t.Dict[str, str]:
    """`# syntax=`, `# escape=`: comments at the very top, before anything else."""
    found: t.Dict[str, str] = {}
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if number == 1 and line.startswith("#!"):
            continue
        match = _DIRECTIVE.match(line.strip())
        name = match[1].lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            break
        if name in found:
            raise InputError(f"{path}:{number}: # {name}= is there twice.")
        found[name] = match[2]
    if found.get("escape", "\\") not in ("\\", "`"):
        raise InputError(f"{path}: # escape={found['escape']} is neither a backslash nor a backtick.")
    return found


class Parser:
    """`strict`: an unknown instruction is a mistake (and not one that another frontend may know)."""

    def __init__(self, text: str, path: str, escape: str, *, strict: bool) -> None:
        self._lines = _lines(text[1:] if text.startswith("\ufeff") else text)
        self._path = path
        self._number = 0
        self._strict = strict
        mark = re.escape(escape)
        self._goes_on = re.compile(f"(?:(?<!{mark}){mark})[ \\t]*\\Z")

    def instructions(self) -> t.Iterator[Instruction]:
        while self._number < len(self._lines):
            first = self._number + 1
            text = self._logical_line()
            if text.strip():
                yield self._instruction(first, text)

    def _logical_line(self) -> str:
        """With its continuation lines; comments and empty lines between these do not count."""
        line, goes_on = self._cut(_without_comment(self._next().lstrip()))
        while goes_on and self._number < len(self._lines):
            following = self._next()
            if following.lstrip().startswith("#") or not following.strip():
                continue
            piece, goes_on = self._cut(following)
            line += piece
        return line

    def _next(self) -> str:
        self._number += 1
        return self._lines[self._number - 1].rstrip("\r\n")

    def _cut(self, line: str) -> t.Tuple[str, bool]:
        match = self._goes_on.search(line)
        return (line[: match.start()], True) if match else (line, False)

    def _instruction(self, line: int, text: str) -> Instruction:
        keyword, flags, rest = _split(text)
        where = f"{self._path}:{line}"
        if keyword not in KEYWORDS and self._strict:
            near = difflib.get_close_matches(keyword, sorted(KEYWORDS), 1)
            raise InputError(
                f"{where}: there is no instruction {keyword}{f': did you mean {near[0]}?' if near else '.'}"
            )
        return Instruction(line, keyword, flags, rest, tuple(self._heredocs(keyword, text, rest, where)))

    def _heredocs(self, keyword: str, text: str, rest: str, where: str) -> t.Iterator[Heredoc]:
        if keyword == "ONBUILD":
            keyword, _flags, rest = _split(rest)
        if keyword not in _TAKES_HEREDOC or json_list(rest) is not None or "<<" not in text:
            return
        for word in split_words(text):
            match = _HEREDOC.match(word)
            names = split_words(match[3]) if match and match[3] else []
            if match is None or len(names) != 1:
                continue
            name = Lexer(match[3]).read()
            plain = _quotes(name) == _quotes(names[0])
            yield Heredoc(name, plain, self._body(name, where, chomp=match[2] == "-"))

    def _body(self, name: str, where: str, *, chomp: bool) -> str:
        content = ""
        while self._number < len(self._lines):
            line = self._lines[self._number]
            self._number += 1
            last = line.rstrip("\r\n")
            if (last.lstrip("\t") if chomp else last) == name:
                return _TABS.sub("", content) if chomp else content
            content += line
        raise InputError(f"{where}: the here-document {name} is not closed: write {name} alone on the line behind it.")


def _lines(text: str) -> t.List[str]:
    """At line feeds only."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _without_comment(line: str) -> str:
    return "" if line.startswith("#") else line


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')


def _split(text: str) -> t.Tuple[str, t.Tuple[t.Tuple[str, t.Optional[str]], ...], str]:
    keyword, *more = _SPACES.split(text.strip(), maxsplit=1)
    flags: t.List[t.Tuple[str, t.Optional[str]]] = []
    rest = more[0] if more else ""
    while rest.lstrip().startswith("--"):
        word, rest = _flag_word(rest.lstrip())
        if word == "--":
            break
        name, equals, value = word[2:].partition("=")
        flags.append((name, value if equals else None))
    return keyword.upper(), tuple(flags), rest.strip()


def _flag_word(text: str) -> t.Tuple[str, str]:
    """The word at the start, without its quotes, and what follows."""
    word, quote, at = "", "", 0
    while at < len(text):
        char = text[at]
        at += 1
        if not quote and char.isspace():
            break
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == "\\":
            word += text[at : at + 1]
            at += 1
        else:
            word += char
    return word, text[at:]
