# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of one object in a cluster."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


def is_secret(obj: t.Mapping[str, t.Any]) -> bool:
    """What is in it must not be shown."""
    return obj.get("kind") == "Secret" and obj.get("apiVersion") == "v1"


@dataclass(frozen=True, order=True)
class ObjectRef:
    """Which object: never its content. `namespace` is empty for objects of the whole cluster."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def from_object(cls, obj: t.Mapping[str, t.Any]) -> ObjectRef:
        metadata = obj.get("metadata") or {}
        return cls(
            str(obj.get("apiVersion") or ""),
            str(obj.get("kind") or ""),
            str(metadata.get("namespace") or ""),
            str(metadata.get("name") or ""),
        )

    @property
    def group(self) -> str:
        """The API group; empty for the core."""
        return self.api_version.rpartition("/")[0]

    @property
    def key(self) -> t.Tuple[str, str, str, str]:
        """The same in every version of the group: extensions/v1beta1 and extensions/v1 serve one object."""
        return self.group, self.kind, self.namespace, self.name

    def as_result(self) -> t.Dict[str, str]:
        """The keys by which results name an object."""
        return {
            "api_version": self.api_version,
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
