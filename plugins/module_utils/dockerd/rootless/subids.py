# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids of users within users: /etc/subuid and /etc/subgid. Pure."""

from __future__ import annotations

import typing as t

#: What an image's files need: nobody is 65534.
COUNT = 65536
_FIRST = 100000

#: (name or id of the user, first id, how many)
Range = t.Tuple[str, int, int]


def ranges(text: str) -> t.List[Range]:
    """Lines that say nothing are passed over, as the programs that read the file do."""
    found = []
    for line in text.splitlines():
        owner, _colon, numbers = line.partition("#")[0].strip().partition(":")
        first, _colon, count = numbers.partition(":")
        if first.isdigit() and count.isdigit():
            found.append((owner, int(first), int(count)))
    return found


def has_enough(text: str, name: str, uid: int) -> bool:
    return sum(count for owner, _first, count in ranges(text) if owner in (name, str(uid))) >= COUNT


def next_free(*texts: str) -> int:
    """The first id after all that are given away in any of the files."""
    return max([_FIRST, *(first + count for text in texts for _owner, first, count in ranges(text))])
