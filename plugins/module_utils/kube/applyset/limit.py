# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of a set may go at once. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import Identity
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

DEFAULT_LIMIT = "50%"
#: A percentage of few objects says nothing.
_SMALL = 5
_TOLD = 5
_WHOLE = 100
_LIMIT = re.compile(r"(\d+)(%?)")


class PruneRefused(SlipwayError):
    """More would be pruned than the task allows. Nothing has been changed."""


@dataclass(frozen=True)
class Limit:
    """A number of objects, or a share of the set."""

    value: int
    percent: bool

    def allows(self, going: int, size: int) -> bool:
        if not self.percent:
            return going <= self.value
        return size <= _SMALL or going * _WHOLE <= size * self.value

    def __str__(self) -> str:
        return f"{self.value}{'%' if self.percent else ''}"


def parse_limit(given: t.Any) -> Limit:
    match = _LIMIT.fullmatch(str(given).strip())
    if match is None or (match[2] and int(match[1]) > _WHOLE):
        raise InputError(
            f"prune_limit: '{given}' is no limit; write how many objects may be pruned at once, as 10, or a share of "
            "the set, as '50%' ('100%' for no limit)."
        )
    return Limit(int(match[1]), bool(match[2]))


def refuse_too_many(going: t.Sequence[ObjectRef], size: int, limit: Limit, identity: Identity) -> None:
    """`size`: the members of the set before."""
    if limit.allows(len(going), size):
        return
    named = ", ".join(str(ref) for ref in going[:_TOLD]) + (
        f" and {len(going) - _TOLD} more" if len(going) > _TOLD else ""
    )
    raise PruneRefused(
        f"{len(going)} of the {size} members of the apply set {identity} would be pruned, which prune_limit ({limit}) "
        f"does not allow: {named}. Nothing was changed. If they are to go, set prune_limit: {len(going)}; if not, "
        "check that the task names all files of the set.",
        prune=[ref.as_result() for ref in going],
    )
