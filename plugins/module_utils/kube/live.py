# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there now of many objects, with few requests."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import ApiError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.parallel import run_all

#: From so many objects of one kind in one namespace on, one list is cheaper than asking for each.
_MANY = 8
#: A list may hold that many times what we want, not the whole of a crowded namespace.
_MARGIN = 3

_Place = t.Tuple[Resource, str]
_Wanted = t.Tuple[Resource, ObjectRef]


class Live:
    """Objects as they were when `look` was called."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._found: t.Dict[ObjectRef, Obj] = {}
        self._complete: t.Set[_Place] = set()

    def look(self, wanted: t.Sequence[_Wanted]) -> None:
        """Lists where many are wanted; the others are asked for one by one when they are needed."""
        counts: t.Dict[_Place, int] = {}
        for resource, ref in wanted:
            counts[resource, ref.namespace] = counts.get((resource, ref.namespace), 0) + 1
        run_all(self._list, [(place, n) for place, n in counts.items() if n >= _MANY])

    def get(self, resource: Resource, ref: ObjectRef, *, fresh: bool = False) -> t.Optional[Obj]:
        """None: there is no such object. `fresh`: ask again in any case."""
        if not fresh:
            known = self._found.get(ref)
            if known is not None or (resource, ref.namespace) in self._complete:
                return known
        return self._client.find(resource, ref.name, ref.namespace)

    def _list(self, item: t.Tuple[_Place, int]) -> None:
        (resource, namespace), count = item
        try:
            page = self._client.page(resource, namespace, limit=count * _MARGIN)
        except ApiError:
            return  # who may not list may still get
        for obj in page["items"]:
            self._found[ObjectRef.from_object(obj)] = obj
        if not page["metadata"].get("continue"):
            self._complete.add((resource, namespace))
