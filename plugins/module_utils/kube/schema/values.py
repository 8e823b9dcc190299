# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single values: what the API server takes for text, a number, a quantity. Pure. Words never hold the value."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

_QUANTITY = re.compile(r"[+-]?[0-9.]*([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


def type_name(value: t.Any) -> str:
    """As in `must be text, but is a number`; empty for what JSON does not have."""
    if isinstance(value, bool):
        return "true or false"
    for kind, name in ((str, "text"), ((int, float), "a number"), (dict, "a mapping"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return ""


def text(value: t.Any, form: str) -> str:
    """What is wrong with it, or nothing."""
    if isinstance(value, str):
        return base64_text(value) if form == "byte" else ""
    hint = "; write it in quotes" if isinstance(value, (bool, int, float)) else ""
    return _must_be("text", value) + hint


def base64_text(value: str) -> str:
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return "must be base64, and is not (in a Secret, stringData takes plain text)"
    return ""


def number(value: t.Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ""
    quoted = isinstance(value, str) and _INTEGER.fullmatch(value)
    return _must_be("a number", value) + ("; write it without quotes" if quoted else "")


def integer(value: t.Any, exact: bool) -> str:
    """`exact`: refuse 1.5 too."""
    if exact and isinstance(value, float) and not value.is_integer():
        return "must be a whole number"
    return number(value)


def boolean(value: t.Any) -> str:
    if isinstance(value, bool):
        return ""
    quoted = isinstance(value, str) and value.lower() in {"true", "false", "yes", "no", "on", "off"}
    return _must_be("true or false", value) + ("; write it without quotes" if quoted else "")


def int_or_string(value: t.Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return "must be a whole number or text"
    if isinstance(value, (bool, dict, list)):
        return _must_be("a whole number or text", value)
    return ""


def quantity(value: t.Any) -> str:
    if isinstance(value, (bool, dict, list)):
        return _must_be("a quantity such as 500m or 2Gi", value)
    if isinstance(value, str) and value and not _QUANTITY.fullmatch(value.strip()):
        return "must be a quantity: a number with one of n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or none"
    return ""


def _must_be(what: str, value: t.Any) -> str:
    """Nothing about what no JSON has: in doubt the server decides."""
    name = type_name(value)
    return f"must be {what}, but is {name}" if name else ""


def mapping(value: t.Any) -> str:
    return "" if isinstance(value, dict) else _must_be("a mapping", value)


def sequence(value: t.Any) -> str:
    if isinstance(value, list):
        return ""
    hint = "; begin each item with '- '" if isinstance(value, (dict, str)) else ""
    return _must_be("a list", value) + hint
