# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does an object match a label or a field selector? For watches that several targets share. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, field, mapping

_Test = t.Callable[[t.Optional[str]], bool]
_KEY = r"[\w./-]+"
_SET = re.compile(rf"^({_KEY})\s+(in|notin)\s*\(([^()]*)\)$")
_EQUAL = re.compile(rf"^({_KEY})\s*(==|=|!=)\s*([\w.-]*)$")
_EXISTS = re.compile(rf"^(!?)\s*({_KEY})$")
#: A comma that stands outside of parentheses.
_COMMA = re.compile(r",(?![^(]*\))")


def matches(obj: Object, label_selector: str, field_selector: str) -> bool:
    labels = mapping(obj, "metadata", "labels")
    return all(test(_text(labels.get(key))) for key, test in _requirements(label_selector)) and all(
        test(_text(field(obj, *key.split("."))) or "") for key, test in _requirements(field_selector)
    )


def check_selector(selector: str) -> None:
    """Raises InputError where the API server would refuse it."""
    _requirements(selector)


def _requirements(selector: str) -> t.List[t.Tuple[str, _Test]]:
    return [_requirement(part.strip(), selector) for part in _COMMA.split(selector) if part.strip()]


def _requirement(part: str, selector: str) -> t.Tuple[str, _Test]:
    found = _SET.match(part)
    if found:
        values = {value.strip() for value in found.group(3).split(",")}
        inside = found.group(2) == "in"
        return found.group(1), lambda value: (value in values) is inside
    found = _EQUAL.match(part)
    if found:
        wanted, same = found.group(3), found.group(2) != "!="
        return found.group(1), lambda value: (value == wanted) is same
    found = _EXISTS.match(part)
    if found:
        there = not found.group(1)
        return found.group(2), lambda value: (value is not None) is there
    raise InputError(f"'{part}' in the selector '{selector}' cannot be read; write it as app=web or app in (web, api).")


def _text(value: t.Any) -> t.Optional[str]:
    """As the API server writes a field: booleans in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
