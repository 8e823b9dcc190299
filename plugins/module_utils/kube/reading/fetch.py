# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks for objects page by page. What is not to be shown is dropped page by page too: memory holds one whole page."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Gone, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.query import Wanted

PAGE = 500
_JSON = "application/json"
#: A server that cannot reduce objects sends them whole.
_METADATA = "application/json;as={};g=meta.k8s.io;v=v1,application/json"

#: What is remembered of an object.
Keep = t.Callable[[Obj], t.Any]


@dataclass
class Answer:
    """`following`: where to go on, empty at the end. `remaining`: how many there are yet, None where nobody knows."""

    served: bool = True
    items: t.List[t.Any] = field(default_factory=list)
    following: str = ""
    remaining: t.Optional[int] = 0


@dataclass(frozen=True)
class Reader:
    """`keep` makes of an object what is remembered of it."""

    client: KubeClient
    keep: Keep
    metadata_only: bool = False

    def read(self, wanted: Wanted, resource: t.Optional[Resource], limit: int = 0, start: str = "") -> Answer:
        """All that is wanted; with `limit`, one page."""
        if resource is None:
            return Answer(served=False)
        try:
            if wanted.by_path(resource):
                return Answer(items=[self._get(wanted, resource)])
            return self._page(wanted, resource, limit, start) if limit else self._all(wanted, resource, start)
        except NotFound:
            # The object, its namespace, or meanwhile its kind.
            return Answer()

    def _get(self, wanted: Wanted, resource: Resource) -> t.Any:
        accept = _METADATA.format("PartialObjectMetadata") if self.metadata_only else _JSON
        path = resource.path(wanted.namespace, wanted.name)
        return self._shown(resource, self.client.request("GET", path, accept=accept))

    def _all(self, wanted: Wanted, resource: Resource, start: str) -> Answer:
        try:
            return self._pages(wanted, resource, start)
        except Gone:
            if start:
                raise
            # The server keeps a list's state for some minutes only; the second reading is not slower than it must be.
            return self._pages(wanted, resource, "")

    def _pages(self, wanted: Wanted, resource: Resource, start: str) -> Answer:
        whole = self._page(wanted, resource, PAGE, start)
        while whole.following:
            more = self._page(wanted, resource, PAGE, whole.following)
            whole.items.extend(more.items)
            whole.following, whole.remaining = more.following, more.remaining
        return whole

    def _page(self, wanted: Wanted, resource: Resource, limit: int, start: str) -> Answer:
        accept = _METADATA.format("PartialObjectMetadataList") if self.metadata_only else _JSON
        query = {**wanted.selectors(), "limit": str(limit), **({"continue": start} if start else {})}
        answer = self.client.request("GET", resource.path(wanted.namespace), query=query, accept=accept)
        metadata = answer.get("metadata") or {}
        following = str(metadata.get("continue") or "")
        # With selectors the server does not count what it has not looked at.
        remaining = metadata.get("remainingItemCount") if following else 0
        items = [self._shown(resource, item) for item in answer.get("items") or []]
        return Answer(items=items, following=following, remaining=remaining)

    def _shown(self, resource: Resource, obj: Obj) -> t.Any:
        """Items of lists do not say what they are, and reduced ones say something else."""
        return self.keep({**obj, "apiVersion": resource.api_version, "kind": resource.kind})


def expired(exc: Gone) -> InputError:
    return InputError(f"The server no longer knows this value of continue: start again without it ({exc.message})")
