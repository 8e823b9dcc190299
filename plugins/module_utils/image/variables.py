# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables in a Dockerfile's FROM and ARG. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_VARIABLE = re.compile(r"\\(.)|\$(?:(\w+)|\{(\w+)(?:(:?[-+?])((?:[^{}]|\$\{[^{}]*\})*))?\})")


def expand(text: str, values: t.Mapping[str, str], where: str) -> str:
    """$NAME, ${NAME}, and ${NAME:-otherwise}, ${NAME:+instead}, ${NAME:?complaint} with and without the colon."""

    def one(match: t.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        name, operator, word = match[2] or match[3], match[4], match[5] or ""
        value = values.get(name)
        given = bool(value) if operator and operator.startswith(":") else value is not None
        kind = operator[-1] if operator else ""
        if kind == "+":
            return expand(word, values, where) if given else ""
        if given:
            return value or ""
        if kind == "?":
            raise InputError(f"{where}: argument {name} is needed ({word or 'it has no value'}): set it in args.")
        return expand(word, values, where) if kind == "-" else ""

    return _VARIABLE.sub(one, text)


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
