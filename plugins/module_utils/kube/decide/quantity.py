# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quantities (`500m`, `1Gi`) in the one spelling in which the API server keeps them. Pure."""

from __future__ import annotations

import functools
import re
import typing as t
from fractions import Fraction

_PARTS = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?)")
_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_POWERS = {suffix: power for power, suffix in _DECIMAL.items()}
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_NANO = 10**9
#: Finer ones are rounded in some fields and kept in others.
_MILLI = 10**3
#: Larger ones are cut off, longer ones rounded by rules of their own: no need to know them.
_MOST = 2**63 - 1
_LONGEST = 18
#: Some of these stay as they were written (`1.001`), some do not (`0.001`).
_UNSURE = re.compile(r"\.\d{3}|\..*[numkMGTPE]$")


@functools.lru_cache(maxsize=1024, typed=True)
def canonical(value: t.Any) -> t.Optional[str]:
    """The server's spelling; None where it is not certain (`1e3` may stay as it is), or no quantity."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    match = _PARTS.fullmatch(str(value))
    if match is None or len(match[2]) > _LONGEST or _UNSURE.search(match[0]):
        return None
    sign, digits, suffix = match.groups()
    amount = Fraction(digits + "0" if digits.endswith(".") else digits) * _factor(suffix)
    if amount > _MOST or (amount * _MILLI).denominator != 1:
        return None
    text = _spelled(amount, suffix)
    return f"-{text}" if sign == "-" and amount else text


def _factor(suffix: str) -> Fraction:
    if suffix in _BINARY[1:]:
        return Fraction(1024 ** _BINARY.index(suffix))
    return Fraction(10) ** _POWERS[suffix]


def _spelled(amount: Fraction, suffix: str) -> str:
    if not amount:
        return "0"
    whole = amount.denominator == 1
    if suffix in _BINARY[1:] and whole and amount >= 1024:  # noqa: PLR2004
        return _in_binary(int(amount))
    number, power = _in_thousands(amount)
    return f"{number}{_DECIMAL[power]}"


def _in_binary(amount: int) -> str:
    power = 0
    while amount % 1024 == 0 and power < len(_BINARY) - 1:
        amount, power = amount // 1024, power + 1
    return f"{amount}{_BINARY[power]}"


def _in_thousands(amount: Fraction) -> t.Tuple[int, int]:
    number, power = int(amount * _NANO), -9
    while number % 1000 == 0 and power < _LONGEST:
        number, power = number // 1000, power + 3
    return number, power
