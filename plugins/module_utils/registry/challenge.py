# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a registry's WWW-Authenticate header asks for. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

_PARAMETER = re.compile(r'\s*,?\s*([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_SCHEME = re.compile(r"\s*,?\s*([A-Za-z]+)(?=\s|\Z|,)")
#: A token says who may do what; where a registry takes both, that is what it wants.
_PREFERENCE = ("bearer", "basic")


@dataclass(frozen=True)
class Challenge:
    scheme: str
    parameters: t.Mapping[str, str]


def parse_challenge(header: str) -> Challenge:
    """One challenge; of several, the one that we answer best."""
    found = list(_challenges(header))
    for scheme in _PREFERENCE:
        for challenge in found:
            if challenge.scheme == scheme:
                return challenge
    return found[0] if found else Challenge("", {})


def _challenges(header: str) -> t.Iterator[Challenge]:
    position = 0
    while True:
        scheme = _SCHEME.match(header, position)
        if scheme is None:
            return
        position, parameters = scheme.end(), {}
        pair = _PARAMETER.match(header, position)
        while pair:
            parameters[pair[1].lower()] = pair[3] or re.sub(r"\\(.)", r"\1", pair[2] or "")
            position = pair.end()
            pair = _PARAMETER.match(header, position)
        yield Challenge(scheme[1].lower(), parameters)
