# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many requests at once over the one client."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

_T = t.TypeVar("_T")
_R = t.TypeVar("_R")
#: Measured against one API server: 8 threads are as fast as 32.
WORKERS = 8


def run_all(work: t.Callable[[_T], _R], items: t.Sequence[_T]) -> t.List[_R]:
    """The results in the order of the items. The first exception is raised when all are done."""
    if len(items) <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(WORKERS, len(items))) as pool:
        return list(pool.map(work, items))
