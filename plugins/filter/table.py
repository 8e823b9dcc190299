# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: table
short_description: Rows of text in columns
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description: Lays a list of mappings out as a plain table for people, one line a mapping.
positional: _input, columns
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description: The keys to show, in order. A key that a row lacks is shown as V(-).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show two hosts
  ansible.builtin.debug:
    msg: "{{ rows | slipway.deploy.table(['host', 'state']) | split('\n') }}"
  vars:
    rows:
      - {host: web1, state: healthy}
      - {host: web2, state: starting}
"""

RETURN = r"""
_value:
  description: The table, its columns as wide as their widest cell, its lines parted by newlines.
  type: str
"""


def table(rows: t.Sequence[t.Mapping[str, t.Any]], columns: t.Sequence[str]) -> str:
    """One line for the column names, one for each row."""
    cells = [[column.upper() for column in columns]]
    cells += [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in cells)


def _cell(value: t.Any) -> str:
    return "-" if value is None or value == "" else str(value)


class FilterModule:
    """The collection's filter for plain tables."""

    def filters(self) -> dict[str, t.Callable[..., str]]:
        return {"table": table}
