# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with an object, whoever found it."""

from __future__ import annotations

import typing as t


class Problem(t.NamedTuple):
    """One thing that is wrong with an object. `path` may be empty; `why` never holds a value, only field names."""

    path: str
    why: str
