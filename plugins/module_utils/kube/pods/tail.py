# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a log, as much as may be kept. Pure."""

from __future__ import annotations

import typing as t

#: Of so many containers each may have its whole limit; more of them share.
_WHOLE = 16


def share(limit: int, containers: int) -> int:
    """Bytes for each container, so that a thousand of them do not fill the memory."""
    return max(1, min(limit, limit * _WHOLE // max(containers, 1)))


def tail_of(chunks: t.Iterable[bytes], limit: int) -> t.Tuple[bytes, bool]:
    """The last `limit` bytes from the start of a line on, and whether something before them is left out."""
    kept = bytearray()
    cut = False
    for chunk in chunks:
        kept += chunk
        if len(kept) > 2 * limit:
            cut = True
            del kept[:-limit]
    if len(kept) > limit:
        cut = True
        del kept[:-limit]
    if cut:
        # A single line longer than all that may be kept stays without its beginning.
        del kept[: kept.find(b"\n", 0, -1) + 1]
    return bytes(kept), cut
