# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of all contexts that a build reads: of its own, and of those that a task gives a name to. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import Dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Reading
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ALL, Reach, joined, reach_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference


@dataclass(frozen=True)
class Reaches:
    """`named` by the names that the task gives."""

    own: Reach
    named: t.Mapping[str, Reach] = field(default_factory=dict)

    def as_json(self) -> t.Dict[str, t.Any]:
        return {"own": self.own.as_json(), "named": {name: one.as_json() for name, one in self.named.items()}}


def reaches_of(data: t.Mapping[str, t.Any]) -> Reaches:
    return Reaches(reach_of(data["own"]), {name: reach_of(one) for name, one in data["named"].items()})


def find_reaches(dockerfile: Dockerfile, readings: t.Sequence[Reading], names: t.Collection[str]) -> Reaches:
    """`readings` are of the platforms; `names` those of the task's contexts."""
    stages = {whole_name(stage.name) for stage in dockerfile.stages if stage.name}
    unknown = any(reading.names_unknown for reading in readings)
    replaced = {name for name in names if whole_name(name) in stages}
    # What a stage sets that is not built at all, others do not have: then a path with a variable may be another one.
    own = ALL if replaced else joined([reading.reach for reading in readings])

    def reach(name: str) -> Reach:
        return ALL if unknown or name in replaced or _image_name(name) is None else _of(readings, name)

    return Reaches(own, {name: reach(name) for name in names})


def _of(readings: t.Sequence[Reading], name: str) -> Reach:
    """Nothing where no stage that is needed names it."""
    same = whole_name(name)
    parts = [part for reading in readings for used, part in reading.named.items() if whole_name(used) == same]
    return joined([part.reach for part in parts])


def whole_name(reference: str) -> str:
    """As BuildKit compares names: `alpine` is docker.io/library/alpine:latest. A platform may follow."""
    return _image_name(reference) or reference.partition("::")[0]


def _image_name(reference: str) -> t.Optional[str]:
    """None for what cannot be an image's."""
    try:
        return parse_reference(reference.partition("::")[0]).tagged.full
    except InputError:
        return None
