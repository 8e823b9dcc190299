# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds the cluster serves, and where."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import UnknownKind

#: One document for all groups, instead of one request for each group and version (Kubernetes 1.26 and later).
AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


@dataclass(frozen=True)
class Resource:
    """One kind as the API serves it."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: t.Tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The URL path of the collection, or of one object. Empty namespace: all namespaces."""
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [p for p in (self.plural, name, subresource) if p]
        return "/" + "/".join(parts)


class Asks(t.Protocol):
    """The part of the client that discovery needs."""

    def request(self, method: str, path: str, *, accept: str = ...) -> t.Dict[str, t.Any]: ...


_Table = t.Dict[t.Tuple[str, str], Resource]


class Discovery:
    """The kinds of one cluster, asked for when first needed. Thread safe.

    The seam for a cache on disk: give `table` what `fetch` returned before.
    """

    def __init__(self, client: Asks, table: t.Optional[_Table] = None) -> None:
        self._client = client
        self._table = table
        self._lock = threading.Lock()

    def resource_for(self, api_version: str, kind: str) -> Resource:
        """Raises UnknownKind, after one refresh: the kind may have been defined meanwhile."""
        found = self.find(api_version, kind)
        if found is None:
            self.refresh()
            found = self.find(api_version, kind)
        if found is None:
            raise UnknownKind(self._unknown(api_version, kind))
        return found

    def find(self, api_version: str, kind: str) -> t.Optional[Resource]:
        """The same by what is known, or None."""
        return self._known().get((api_version, kind))

    def resources(self) -> t.List[Resource]:
        return list(self._known().values())

    def refresh(self) -> None:
        table = fetch(self._client)
        with self._lock:
            self._table = table

    def _known(self) -> _Table:
        with self._lock:
            if self._table is None:
                self._table = fetch(self._client)
            return self._table

    def _unknown(self, api_version: str, kind: str) -> str:
        others = sorted({r.api_version for r in self.resources() if r.kind.lower() == kind.lower()})
        if others:
            right = next(r.kind for r in self.resources() if r.kind.lower() == kind.lower())
            return f"The cluster has no {kind} in {api_version}; it serves {right} in {', '.join(others)}."
        return (
            f"The cluster has no kind {kind} in {api_version}. Check the spelling, or apply the "
            "CustomResourceDefinition that defines it."
        )


def fetch(client: Asks) -> _Table:
    table: _Table = {}
    for root in ("/api", "/apis"):
        for resource in parse(client.request("GET", root, accept=AGGREGATED)):
            table[resource.api_version, resource.kind] = resource
    return table


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
