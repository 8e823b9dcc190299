# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A text with manifests, and what is known of where it comes from."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class SourceText:
    """An element of the option `sources`."""

    name: str
    text: str = field(repr=False)
    #: What Helm made of a chart: objects with `helm.sh/hook` are not all meant to be applied.
    chart: bool = False
    #: For objects that name none, before the task's own.
    namespace: str = ""
    #: The directory that it was built of, if it is on this host: errors look into its files.
    kustomization: str = ""

    @classmethod
    def from_option(cls, value: t.Mapping[str, t.Any]) -> SourceText:
        return cls(value["name"], value["text"], bool(value.get("chart")), value.get("namespace") or "")

    def as_option(self) -> t.Dict[str, t.Any]:
        return {name: value for name, value in asdict(self).items() if name != "kustomization"}
