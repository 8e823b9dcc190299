# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go's path patterns and regular expressions in Python: BuildKit's ignore files and COPY mean what Go means. Pure."""

from __future__ import annotations

import re
import typing as t

#: What Go takes for white space at the ends of a line.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"

_PERL_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r\\ "}
_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7f",
    "blank": "\\t\\ ",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": "\\ -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r\\ ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASCII = 128
_HEX = re.compile(r"[0-9A-Fa-f]{2}")
_OCTAL = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_POSIX = re.compile(r"\[:(\^?)(\w+):\]", re.ASCII)


class BadPattern(ValueError):
    """Go refuses this pattern."""


def check_name_pattern(pattern: str) -> None:
    """The syntax of filepath.Match: classes are closed and not empty, and a backslash has something to escape."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "[":
            at = _skip_class(pattern, at + 1)
        elif pattern[at] == "\\":
            if at + 1 == len(pattern):
                raise BadPattern("a backslash stands at its end")
            at += 2
        else:
            at += 1


def _skip_class(pattern: str, at: int) -> int:
    """The place behind the class."""
    if pattern[at : at + 1] == "^":
        at += 1
    ranges = 0
    while not (ranges and pattern[at : at + 1] == "]"):
        _low, at = _class_character(pattern, at)
        if pattern[at] == "-":
            _high, at = _class_character(pattern, at + 1)
        ranges += 1
    return at + 1


def _class_character(pattern: str, at: int) -> t.Tuple[str, int]:
    if pattern[at : at + 1] in ("", "-", "]"):
        raise BadPattern("a class [...] is empty or not closed")
    if pattern[at] == "\\":
        at += 1
    if at + 1 >= len(pattern):
        raise BadPattern("a class [...] is not closed")
    return pattern[at], at + 1


def name_regex(pattern: str) -> t.Pattern[str]:
    """filepath.Match: the whole name; '*' and '?' do not match '/'."""
    check_name_pattern(pattern)
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            end = _skip_class(pattern, at + 1)
            out += _name_class(pattern[at + 1 : end - 1])
            at = end
            continue
        if char == "\\":
            at += 1
            out += re.escape(pattern[at])
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
        at += 1
    return re.compile(out + r"\Z")


def _name_class(inside: str) -> str:
    """A range whose end is before its start matches nothing."""
    negated, at, ranges = inside.startswith("^"), int(inside.startswith("^")), ""
    padded = inside + "]"
    while at < len(inside):
        low, at = _class_character(padded, at)
        high = low
        if padded[at] == "-":
            high, at = _class_character(padded, at + 1)
        if low <= high:
            ranges += f"{re.escape(low)}-{re.escape(high)}"
    if not ranges:
        return r"[\s\S]" if negated else r"(?!)"
    return f"[{'^' if negated else ''}{ranges}]"


def python_regex(go: str) -> t.Pattern[str]:
    """A Go regular expression, as far as path patterns can give one."""
    out, at = "", 0
    while at < len(go):
        char = go[at]
        if char == "\\":
            piece, at = _escape(go, at + 1, in_class=False)
        elif char == "[":
            piece, at = _regex_class(go, at + 1)
        else:
            # Only what a path pattern becomes is an operator; all else that Python might read is taken literally.
            piece, at = (char if char in "().*?^$" else re.escape(char)), at + 1
        out += piece
    try:
        return re.compile(out)
    except re.error as exc:
        raise BadPattern(str(exc)) from exc


def _escape(go: str, at: int, *, in_class: bool) -> t.Tuple[str, int]:
    """What follows a backslash, and the place behind it."""
    char = go[at : at + 1]
    if char.lower() in _PERL_CLASSES:
        members = _PERL_CLASSES[char.lower()]
        return (_negated(members) if char.isupper() else members) if in_class else (
            f"[{'^' if char.isupper() else ''}{members}]"
        ), at + 1
    if not in_class and char in ("A", "z", "b", "B"):
        return {"A": r"\A", "z": r"\Z", "b": r"(?a:\b)", "B": r"(?a:\B)"}[char], at + 1
    literal, at = _escaped_character(go, at)
    return re.escape(literal), at


def _escaped_character(go: str, at: int) -> t.Tuple[str, int]:
    char = go[at : at + 1]
    if char in _CONTROL:
        return _CONTROL[char], at + 1
    number = _OCTAL.match(go, at)
    if number:
        return chr(int(number[0], 8)), number.end()
    if char == "x" and _HEX.match(go, at + 1):
        return chr(int(go[at + 1 : at + 3], 16)), at + 3
    if not char or not char.isascii() or char.isalnum():
        raise BadPattern(f"\\{char} means nothing in it")
    return char, at + 1


def _negated(members: str) -> str:
    """All characters but these, as members of a class: Python has no class within a class."""
    known = re.compile(f"[{members}]")
    others = "".join(f"\\x{code:02x}" for code in range(_ASCII) if not known.match(chr(code)))
    return f"{others}\\x{_ASCII:02x}-\U0010ffff"


def _regex_class(go: str, at: int) -> t.Tuple[str, int]:
    out, first = "[", True
    if go[at : at + 1] == "^":
        out, at = "[^", at + 1
    while first or go[at : at + 1] != "]":
        if at >= len(go):
            raise BadPattern("a class [...] is not closed")
        first = False
        posix = _POSIX.match(go, at)
        if posix:
            if posix[2] not in _POSIX_CLASSES:
                raise BadPattern(f"there is no class {posix[0]}")
            members = _POSIX_CLASSES[posix[2]]
            out, at = out + (_negated(members) if posix[1] else members), posix.end()
        elif go[at] == "\\" and go[at + 1 : at + 2].lower() in _PERL_CLASSES:
            piece, at = _escape(go, at + 1, in_class=True)
            out += piece
        else:
            piece, at = _range(go, at)
            out += piece
    return out + "]", at + 1


def _range(go: str, at: int) -> t.Tuple[str, int]:
    low, at = _member(go, at)
    high = low
    if go[at : at + 1] == "-" and go[at + 1 : at + 2] not in ("", "]"):
        high, at = _member(go, at + 1)
    if high < low:
        raise BadPattern(f"the range {low}-{high} goes backwards")
    return f"{re.escape(low)}-{re.escape(high)}", at


def _member(go: str, at: int) -> t.Tuple[str, int]:
    return _escaped_character(go, at + 1) if go[at] == "\\" else (go[at], at + 1)
