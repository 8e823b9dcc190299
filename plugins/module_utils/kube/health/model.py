# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words for how an object is doing (kstatus's six), and the pair of word and message."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

CURRENT = "Current"
IN_PROGRESS = "InProgress"
FAILED = "Failed"
TERMINATING = "Terminating"
NOT_FOUND = "NotFound"
UNKNOWN = "Unknown"

STATUSES: t.Tuple[str, ...] = (CURRENT, IN_PROGRESS, FAILED, TERMINATING, NOT_FOUND, UNKNOWN)


@dataclass(frozen=True)
class Health:
    """How one object is doing: one of STATUSES, and a message for people."""

    status: str
    message: str

    def as_dict(self) -> t.Dict[str, str]:
        return {"status": self.status, "message": self.message}


def current(message: str) -> Health:
    return Health(CURRENT, message)


def in_progress(message: str) -> Health:
    return Health(IN_PROGRESS, message)


def failed(message: str) -> Health:
    return Health(FAILED, message)
