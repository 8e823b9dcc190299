# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of packages as people ask for them: `26.1.5` or `26.1`, without a distribution's epoch and suffix. Pure."""

from __future__ import annotations

import functools
import itertools
import re
import typing as t


def upstream(version: str) -> str:
    """Without the epoch: `5:28.3.3-1~debian.13~trixie` becomes `28.3.3-1~debian.13~trixie`."""
    return re.sub(r"\A(\d+|\(none\)):", "", version)


def fits(version: str, wanted: str) -> bool:
    """`26.1` fits every 26.1.x, `26.1.5` fits 26.1.5+dfsg1 and not 26.1.50; a package's whole version fits itself."""
    plain = upstream(version)
    if wanted in (version, plain):
        return True
    return plain.startswith(wanted) and not plain[len(wanted)].isalnum()


def order(version: str) -> t.List[t.Tuple[int, int, str]]:
    """Good enough to tell a newer engine from an older one: numbers as numbers, a pre-release before its release."""
    parts = re.findall(r"\d+|[a-z]+|~", upstream(version).lower())
    return [_part(part) for part in parts]


def _part(part: str) -> t.Tuple[int, int, str]:
    if part == "~" or part in ("alpha", "beta", "rc"):
        return (-1, 0, part)
    return (1, int(part), "") if part.isdigit() else (0, 0, part)


def is_older(one: str, other: str) -> bool:
    nothing = (-1, 1, "")  # where one version ends: more than a pre-release, less than any number
    for left, right in itertools.zip_longest(order(one), order(other), fillvalue=nothing):
        if left != right:
            return left < right
    return False


def newest_first(versions: t.Iterable[str]) -> t.List[str]:
    older = functools.cmp_to_key(_compare)
    return sorted(dict.fromkeys(versions), key=older)


def _compare(left: str, right: str) -> int:
    """The newer one comes first."""
    return int(is_older(left, right)) - int(is_older(right, left))
