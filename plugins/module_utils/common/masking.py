# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secret values in what we show: a change can be seen, the value cannot."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import typing as t

#: New in each process, so that a hash says nothing outside of the run that shows it.
_RUN_KEY = secrets.token_bytes(32)
_SHOWN = 8
#: Shorter values would be found in innocent words.
_SHORTEST = 3


def mask(value: t.Any, key: bytes = _RUN_KEY) -> str:
    """The same for the same value in this run, and only in it."""
    digest = hmac.new(key, repr(value).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"(hidden, {digest[:_SHOWN]})"


def mask_values(values: t.Any) -> t.Any:
    """A mapping with its keys kept and its values masked."""
    return {k: mask(v) for k, v in values.items()} if isinstance(values, dict) else mask(values)


def scrub(text: str, values: t.Iterable[t.Any]) -> str:
    """`text` without these values: for messages of others, which may quote what they refuse."""
    for value in sorted({str(v) for v in values}, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, "(hidden)")
    return text
