# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One kind as the API serves it: its URL paths, and how discovery tells of it. Pure."""

from __future__ import annotations

import typing as t


class Resource(t.NamedTuple):
    """One kind as the API serves it. A server has hundreds, and each task makes all of them."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: t.Tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def as_row(self) -> t.List[t.Any]:
        return [self.group, self.version, self.kind, self.plural, self.namespaced, list(self.verbs)]

    @classmethod
    def from_row(cls, row: t.Sequence[t.Any]) -> Resource:
        group, version, kind, plural, namespaced, verbs = row
        return cls(group, version, kind, plural, namespaced, tuple(verbs))

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The URL path of the collection, or of one object. Empty namespace: all namespaces."""
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [p for p in (self.plural, name, subresource) if p]
        return "/" + "/".join(parts)


def parse(document: t.Mapping[str, t.Any]) -> t.Iterator[Resource]:
    """The resources in an APIGroupDiscoveryList. Subresources are left out: they share their parents' paths."""
    for group in document.get("items") or []:
        name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or []:
            for entry in version.get("resources") or []:
                kind = entry.get("responseKind") or {}
                yield Resource(
                    name,
                    version["version"],
                    str(kind.get("kind") or ""),
                    entry["resource"],
                    entry.get("scope") == "Namespaced",
                    tuple(entry.get("verbs") or ()),
                )


def is_crd(group: str, kind: str) -> bool:
    """Objects of this kind make others possible."""
    return (group, kind) == ("apiextensions.k8s.io", "CustomResourceDefinition")
