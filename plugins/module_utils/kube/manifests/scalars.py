# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML scalars as Kubernetes' own tools read them, which is not as PyYAML does.

They are YAML 1.1 for booleans (`on`, `y`), but know no base 60 numbers (`1:30`) and no dates: those stay strings.
"""

from __future__ import annotations

import math
import re
import typing as t

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
_WORDS: t.Dict[str, t.Union[bool, float, None]] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
}
_NOT_JSON = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INT = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1
#: From here on Kubernetes' tools write floats with an exponent.
_WHOLE_BELOW = 1e21


def read_plain(text: str) -> t.Any:
    """The value of a scalar without quotes. Raises ValueError where JSON has no such value."""
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_JSON.fullmatch(text):
        raise ValueError(f"'{text}' is a number that JSON does not have")
    if text[0] not in "+-.0123456789":
        return text
    digits = text if text[0] == "." else text.replace("_", "")
    if _INT.fullmatch(digits):
        value = _integer(digits)
        if _INT_MIN <= value <= _INT_MAX:
            return value
    if _FLOAT.fullmatch(digits) and not math.isinf(float(digits)):
        return _number(float(digits))
    return text


def _integer(digits: str) -> int:
    if re.fullmatch(r"[-+]?0[0-7]+", digits):
        return int(digits, 8)
    return int(digits, 0)


def _number(value: float) -> t.Union[int, float]:
    """`1e3` goes to the server as 1000: it refuses 1000.0 where it wants an integer."""
    return int(value) if value.is_integer() and abs(value) < _WHOLE_BELOW else value


def key_text(value: t.Any) -> str:
    """Keys of JSON objects are strings: `on:` is the key `true`. Raises ValueError for null."""
    if value is None:
        raise ValueError("null cannot be a key; write it in quotes")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
