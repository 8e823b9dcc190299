# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What options say about health, so that a module's spec needs none of what judges it. Pure data."""

from __future__ import annotations

import typing as t

#: The user's own rules; for the argument specs of modules.
RULES_SPEC: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "kind": {"type": "str", "required": True},
        "api_version": {"type": "str", "default": "*"},
        "current": {"type": "str"},
        "failed": {"type": "str"},
        "because": {"type": "str"},
    },
}
#: Seconds. An autoscaler needs minutes for a node, more where one with a GPU has to be found.
UNSCHEDULABLE_GRACE = 600.0
