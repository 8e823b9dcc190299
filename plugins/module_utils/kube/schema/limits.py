# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What custom resources' schemas demand of values: enumerations, ranges, lengths, patterns. Pure."""

from __future__ import annotations

import json
import re
import typing as t
from functools import lru_cache

from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.suggest import closest

#: Go's expressions mean something else than Python's by these, or Python has none of them.
_FOREIGN = re.compile(r"\[\[:|\\[pPzQECAZhHvVRXKGkBbU]|\(\?|[*+?}]\+")
#: Python's engine may need very long for a wicked expression; Go's never does.
_LONGEST = 256
_TOLD = 12


def limits(value: t.Any, raw: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """What is wrong with a value that is of the right type."""
    if "enum" in raw:
        yield from _enum(value, raw["enum"])
    if isinstance(value, str):
        yield from _size(len(value), raw, "Length", "character")
        yield from _pattern(value, raw.get("pattern") or "")
    elif isinstance(value, list):
        yield from _size(len(value), raw, "Items", "item")
    elif isinstance(value, dict):
        yield from _size(len(value), raw, "Properties", "field")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _range(value, raw)


def _enum(value: t.Any, allowed: t.Sequence[t.Any]) -> t.Iterator[str]:
    if any(type(a) is type(value) and a == value for a in allowed) or value in allowed or value == "":
        return
    words = [a if isinstance(a, str) else json.dumps(a) for a in allowed]
    meant = closest(value, [a for a in allowed if isinstance(a, str)]) if isinstance(value, str) else ""
    more = f" and {len(words) - _TOLD} more" if len(words) > _TOLD else ""
    yield f"must be one of {', '.join(words[:_TOLD])}{more}" + (f"; did you mean '{meant}'?" if meant else "")


def _size(size: int, raw: t.Mapping[str, t.Any], of: str, what: str) -> t.Iterator[str]:
    least, most = raw.get(f"min{of}"), raw.get(f"max{of}")
    if isinstance(least, int) and size < least:
        yield f"must have at least {least} {what}{'' if least == 1 else 's'}"
    if isinstance(most, int) and size > most:
        yield f"must have at most {most} {what}{'' if most == 1 else 's'}"


def _range(value: float, raw: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    least, most = raw.get("minimum"), raw.get("maximum")
    if isinstance(least, (int, float)) and (value < least or (value == least and raw.get("exclusiveMinimum"))):
        yield f"must be {'more than' if raw.get('exclusiveMinimum') else 'at least'} {least}"
    if isinstance(most, (int, float)) and (value > most or (value == most and raw.get("exclusiveMaximum"))):
        yield f"must be {'less than' if raw.get('exclusiveMaximum') else 'at most'} {most}"


def _pattern(value: str, pattern: str) -> t.Iterator[str]:
    expression = _compiled(pattern) if pattern and len(value) <= _LONGEST else None
    if expression and not expression.search(value):
        yield f"must match the pattern {pattern}"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> t.Optional[t.Pattern[str]]:
    """None for what Python might read otherwise than Go does."""
    if _FOREIGN.search(pattern):
        return None
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None
