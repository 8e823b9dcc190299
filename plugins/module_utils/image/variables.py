# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of a Dockerfile: quotes, escapes and variables as BuildKit reads them. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_NAME = re.compile(r"[0-9]+|[@*#?$!-]|\w+")
_SPACE = re.compile(r"\s")
_END = "\0"


class BadWord(ValueError):
    """A quote or a brace is not closed, or a variable that must be set is not."""


@dataclass
class Lexer:
    """Reads one text. `raw` leaves quotes, escapes and unset variables as they are, to split a line into its words.

    `unknown` collects the names that no value was found for.
    """

    text: str
    values: t.Mapping[str, str] = field(default_factory=dict)
    escape: str = "\\"
    raw: bool = False
    unknown: t.Set[str] = field(default_factory=set)
    words: t.List[str] = field(default_factory=list)
    _at: int = 0
    _word: t.Optional[str] = None

    def read(self) -> str:
        """The whole text, expanded; then its words are in `words`."""
        result = self._until(_END, raw_escapes=self.raw)
        self._split()
        return result

    def _peek(self) -> str:
        return self.text[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        self._at += 1
        return char

    def _add(self, text: str, *, splits: bool = False) -> str:
        if not splits:
            self._word = (self._word or "") + text
            return text
        for char in text:
            if _SPACE.match(char):
                self._split()
            else:
                self._word = (self._word or "") + char
        return text

    def _split(self) -> None:
        if self._word:
            self.words.append(self._word)
        self._word = None

    def _until(self, stop: str, *, raw_escapes: bool) -> str:
        result = ""
        while self._at < len(self.text):
            char = self._peek()
            if char == stop:
                self._at += 1
                return result
            if char == "'":
                result += self._add(self._single())
            elif char == '"':
                result += self._add(self._double())
            elif char == "$":
                result += self._add(self._dollar(), splits=True)
            elif char == self.escape:
                self._at += 1
                if raw_escapes:
                    result += self._add(char)
                result += self._add(self._next())
            else:
                result += self._add(self._next(), splits=True)
        if stop != _END:
            raise BadWord(f"a {stop} is missing")
        return result

    def _single(self) -> str:
        end = self.text.find("'", self._at + 1)
        if end < 0:
            raise BadWord("a single quote is not closed")
        start, self._at = self._at, end + 1
        return self.text[start : end + 1] if self.raw else self.text[start + 1 : end]

    def _double(self) -> str:
        result, quote = "", self._next()
        while self._peek() != '"':
            if not self._peek():
                raise BadWord("a double quote is not closed")
            if self._peek() == "$":
                result += self._dollar()
                continue
            char = self._next()
            if char == self.escape:
                result += char if self.raw else ""
                if not self._peek():
                    continue
                char = self._next() if self._peek() in ('"', "$", self.escape) else char
            result += char
        self._at += 1
        return f"{quote}{result}{quote}" if self.raw else result

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._value(name, f"${name}") or "" if name else "$"
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise BadWord("a variable's braces are not closed or empty")
        name, operator = self._name(), self._next()
        if operator == "}":
            return self._value(name, f"${{{name}}}") or ""
        if operator == "/":
            return self._replaced(name)
        sign = self._next() if operator == ":" else operator
        if sign not in ("+", "-", "?", "#", "%"):
            raise BadWord(f"${{{name}{operator}...}} is not known")
        return self._modified(name, sign, operator == ":", self._nested("}", raw_escapes=sign in "#%"))

    def _nested(self, stop: str, *, raw_escapes: bool) -> str:
        """What is inside braces makes no words of its own."""
        word, count = self._word, len(self.words)
        text = self._until(stop, raw_escapes=raw_escapes)
        self._word = word
        del self.words[count:]
        return text

    def _replaced(self, name: str) -> str:
        everywhere = self._peek() == "/"
        self._at += everywhere
        pattern, text = self._nested("/", raw_escapes=True), self._nested("}", raw_escapes=True)
        value = self._value(name, f"${{{name}/{pattern}/{text}}}")
        if value is None or name not in self.values:
            return value or ""
        return _shell_regex(pattern).sub(lambda _match: text, value, count=0 if everywhere else 1)

    def _modified(self, name: str, sign: str, with_colon: bool, word: str) -> str:
        value = self.values.get(name)
        if value is None:
            self.unknown.add(name)
            if self.raw:
                return f"${{{name}{':' if with_colon else ''}{sign}{word}}}"
        given = bool(value) if with_colon else value is not None
        if sign == "+":
            return word if given else ""
        if sign in "#%":
            return _trimmed(value or "", sign, word)
        if given:
            return value or ""
        if sign == "?":
            raise BadWord(f"variable {name} is needed ({word or 'it has no value'}): set it in args")
        return word

    def _value(self, name: str, written: str) -> t.Optional[str]:
        value = self.values.get(name)
        if value is None:
            self.unknown.add(name)
            return written if self.raw else None
        return value

    def _name(self) -> str:
        match = _NAME.match(self.text, self._at)
        self._at += len(match[0]) if match else 0
        return match[0] if match else ""


def _trimmed(value: str, sign: str, word: str) -> str:
    """${name#pattern} and ${name%pattern}: the shortest match at the start or the end; twice the sign: the longest."""
    greedy = word.startswith(sign)
    regex = _shell_regex(word[greedy:])
    lengths = range(len(value), -1, -1) if greedy else range(len(value) + 1)
    for length in lengths:
        part = value[:length] if sign == "#" else value[len(value) - length :]
        if regex.fullmatch(part):
            return value[length:] if sign == "#" else value[: len(value) - length]
    return value


def _shell_regex(pattern: str) -> t.Pattern[str]:
    found = re.findall(r"\\.|.", pattern, re.DOTALL)
    return re.compile("".join({"*": ".*", "?": "."}.get(one, re.escape(one[-1])) for one in found), re.DOTALL)


def expand(text: str, values: t.Mapping[str, str], where: str, escape: str = "\\") -> str:
    """$NAME, ${NAME}, ${NAME:-otherwise} and the like; quotes and escapes are taken away."""
    try:
        return Lexer(text, values, escape).read()
    except BadWord as exc:
        raise InputError(f"{where}: {text}: {exc}.") from exc


def split_words(line: str) -> t.List[str]:
    """As they stand, with their quotes. Nothing where the line is no list of words (an apostrophe in a RUN)."""
    lexer = Lexer(line, raw=True)
    try:
        lexer.read()
    except BadWord:
        return []
    return lexer.words


def platform_values(platform: str, build_platform: str) -> t.Dict[str, str]:
    """The arguments that BuildKit sets by itself."""
    found: t.Dict[str, str] = {}
    for prefix, full in (("TARGET", platform), ("BUILD", build_platform)):
        system, architecture, variant = (*full.split("/"), "", "")[:3]
        found.update(
            {
                f"{prefix}PLATFORM": full,
                f"{prefix}OS": system,
                f"{prefix}ARCH": architecture,
                f"{prefix}VARIANT": variant,
            }
        )
    return found
