# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long an object may take: as it says itself by an annotation. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, field
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

WAIT_TIMEOUT = "slipway.deploy/wait-timeout"
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)([hms]?)")
_WHOLE = re.compile(r"(\d+(\.\d+)?[hms])+|\d+(\.\d+)?")


def seconds(duration: t.Any) -> t.Optional[float]:
    """`90`, `90s`, `10m`, `1h30m`; None for anything else."""
    text = str(duration).strip() if isinstance(duration, (str, int, float)) and not isinstance(duration, bool) else ""
    if not _WHOLE.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


class Somewhere(t.Protocol):
    """Where an object was written. It is asked for an error only: to find a line is to read the whole text again."""

    def at(self, path: str = "") -> str: ...


def own_timeout(obj: Object, place: t.Optional[Somewhere] = None) -> t.Optional[float]:
    """The seconds that the object's annotation asks for."""
    value = field(obj, "metadata", "annotations", WAIT_TIMEOUT)
    if value is None:
        return None
    found = seconds(value)
    if not found:
        where = f"{place.at('metadata.annotations')}: " if place else ""
        raise InputError(
            f"{where}{ObjectRef.from_object(obj)}: the annotation {WAIT_TIMEOUT} is '{value}', "
            "which is no duration; write it as 90s, 10m or 1h30m."
        )
    return found
