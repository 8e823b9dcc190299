# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The gate of a release: CHECK_SPEC of module_utils/common/http_check.py."""

    DOCUMENTATION = r"""
options:
  check:
    description: A URL, asked from where the task runs, that must answer before the release counts as good.
    type: dict
    suboptions:
      url:
        description: The address.
        type: str
        required: true
      status:
        description: The HTTP status of a good answer.
        type: int
        default: 200
      contains:
        description: A text that a good answer contains.
        type: str
      timeout:
        description: Seconds until it must have answered well.
        type: int
        default: 30
      ca_file:
        description: Certificate authority for an HTTPS address.
        type: path
"""
