# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.filter.table import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [{"host": "web1", "state": "healthy"}, {"host": "w", "state": None}]
    assert table(rows, ["host", "state"]) == "HOST  STATE\nweb1  healthy\nw     -"


def test_no_rows_leave_the_heading() -> None:
    assert table([], ["host"]) == "HOST"
