# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is due for a builder, and why. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import ABSENT, Builder

CREATE, RECREATE, REMOVE, NONE = "create", "recreate", "remove", "none"


@dataclass(frozen=True)
class Found:
    """What there is under a builder's name."""

    exists: bool
    #: What it was made of, where that is known and still true.
    made_of: t.Optional[t.Mapping[str, t.Any]] = None
    #: What it was made of, even if somebody else has changed it.
    asked: t.Optional[t.Mapping[str, t.Any]] = None
    running: bool = False
    current: bool = False


@dataclass(frozen=True)
class Due:
    """What happens to a builder."""

    builder: Builder
    action: str
    reason: str = ""
    start: bool = False
    use: bool = False

    @property
    def changed(self) -> bool:
        return self.action != NONE or self.start or self.use


def decide(builder: Builder, found: Found) -> Due:
    if builder.state == ABSENT:
        return Due(builder, REMOVE if found.exists else NONE)
    action, reason = _making(builder, found)
    start = builder.bootstrap and (action != NONE or not found.running)
    return Due(builder, action, reason, start=start, use=builder.use and not found.current)


def _making(builder: Builder, found: Found) -> t.Tuple[str, str]:
    if not found.exists:
        return CREATE, ""
    if found.asked is None:
        return RECREATE, "it was made by somebody else"
    if found.made_of is None:
        return RECREATE, "it was changed by somebody else"
    wanted = builder.made_of()
    differing = [key for key in wanted if wanted[key] != found.made_of.get(key)]
    return (RECREATE, f"{', '.join(differing)} changed") if differing else (NONE, "")
