# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RUN --mount: which of its mounts read something. Pure."""

from __future__ import annotations

import csv
import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class Mount:
    """`source_name` is its from=, `source` the path there, as they are written."""

    kind: str
    source_name: t.Optional[str]
    source: str

    @property
    def reads(self) -> bool:
        """Whether it shows files of a context, a stage or an image. A kind with a variable in it may be any. A cache
        begins with what it is given."""
        return self.kind == "bind" or "$" in self.kind or bool(self.source_name)


def read_mounts(flags: t.Sequence[str]) -> t.List[Mount]:
    return [_read(flag) for flag in flags]


def _read(flag: str) -> Mount:
    fields: t.Dict[str, str] = {}
    for one in next(csv.reader([flag]), []):
        key, _equals, value = one.partition("=")
        fields[{"src": "source"}.get(key.lower(), key.lower())] = value
    return Mount(fields.get("type", "bind").lower(), fields.get("from"), fields.get("source", ""))
