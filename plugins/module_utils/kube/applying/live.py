# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there now of many objects, with few requests and little memory."""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

#: From so many objects of one kind in one namespace on, a list is cheaper than asking for each.
_MANY = 8
#: A list may hold that many times what we want, not the whole of a crowded namespace.
_MARGIN = 3
_PAGE = 500

Wanted = t.Tuple[Resource, ObjectRef]
_Place = t.Tuple[Resource, str]
#: Called once for each object that is wanted; None: there is none.
Visitor = t.Callable[[ObjectRef, t.Optional[Obj]], None]
OnError = t.Callable[[ObjectRef, ApiError], None]


class Live:
    """Looks at the cluster. Visitors are called from many threads, but never two at once."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._found: t.Dict[ObjectRef, t.Optional[Obj]] = {}
        self._lock = threading.Lock()

    def visit(self, wanted: t.Sequence[Wanted], visitor: Visitor, on_error: t.Optional[OnError] = None) -> None:
        """Lists page by page where many are wanted; the others are asked for one by one.

        `on_error`: what the server refuses to tell of one object; without it that is raised.
        """
        places: t.Dict[_Place, t.Dict[str, ObjectRef]] = {}
        for resource, ref in wanted:
            places.setdefault((resource, ref.namespace), {})[ref.name] = ref
        left = run_all(lambda item: self._of_place(*item, visitor), list(places.items()))
        run_all(lambda item: self._one(*item, visitor, on_error), [wanted for some in left for wanted in some])

    def look(self, wanted: t.Sequence[Wanted]) -> None:
        """For few objects, which are all kept: `get` tells what was found."""
        self.visit(wanted, self._found.__setitem__)

    def get(self, resource: Resource, ref: ObjectRef) -> t.Optional[Obj]:
        """As `look` found it; what was not looked for is asked for now."""
        if ref not in self._found:
            self._found[ref] = self._client.find(resource, ref.name, ref.namespace)
        return self._found[ref]

    def _of_place(self, place: _Place, refs: t.Dict[str, ObjectRef], visitor: Visitor) -> t.List[Wanted]:
        """Visits what lists tell; returns what they do not."""
        resource, _namespace = place
        left = dict(refs)
        complete = len(refs) >= _MANY and self._list(place, left, visitor, budget=len(refs) * _MARGIN)
        if not complete:
            return [(resource, ref) for ref in left.values()]
        for ref in left.values():
            self._tell(visitor, ref, None)
        return []

    def _list(self, place: _Place, left: t.Dict[str, ObjectRef], visitor: Visitor, budget: int) -> bool:
        """True: the lists told of everything. Takes out of `left` what was visited."""
        resource, namespace = place
        query: t.Dict[str, str] = {}
        while budget > 0:
            try:
                page = self._client.page(resource, namespace, limit=min(_PAGE, budget), query=query)
            except ApiError:
                return False  # who may not list may still get
            for obj in page["items"]:
                ref = left.pop(str(obj["metadata"].get("name")), None)
                if ref is not None:
                    self._tell(visitor, ref, obj)
            following = page["metadata"].get("continue")
            if not following or not left:
                return not following or not left
            budget -= len(page["items"])
            query = {"continue": following}
        return False

    def _one(self, resource: Resource, ref: ObjectRef, visitor: Visitor, on_error: t.Optional[OnError]) -> None:
        try:
            found = self._client.find(resource, ref.name, ref.namespace)
        except ApiError as exc:
            if on_error is None:
                raise
            on_error(ref, exc)
            return
        self._tell(visitor, ref, found)

    def _tell(self, visitor: Visitor, ref: ObjectRef, obj: t.Optional[Obj]) -> None:
        with self._lock:
            visitor(ref, obj)
