# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds the cluster serves, and where."""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import UnknownKind
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.kinds_source import Asks, Source
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import Resource

__all__ = ["Discovery", "Resource"]

_Table = t.Dict[t.Tuple[str, str], Resource]


class Discovery:
    """The kinds of one cluster, asked for when first needed. Thread safe.

    What an earlier task learnt is used for a few minutes without asking. A kind that is missing there is asked for,
    and so are all kinds together (`resources`); only what is found may be as old as that.
    """

    def __init__(self, client: Asks, table: t.Optional[_Table] = None, *, cache: t.Optional[DiskCache] = None) -> None:
        """`cache`: the user's own by default; DiskCache(None) is none."""
        self._source = Source(client, DiskCache.of_user() if cache is None else cache)
        self._table = table
        #: Whether this very run has asked the server.
        self._asked = table is not None
        self._lock = threading.Lock()

    def resource_for(self, api_version: str, kind: str) -> Resource:
        """Raises UnknownKind, after one refresh: the kind may have been defined meanwhile."""
        asked_before = self._asked
        found = self.find(api_version, kind)
        if found is None and asked_before:
            self.refresh()
            found = self.find(api_version, kind)
        if found is None:
            raise UnknownKind(self._unknown(api_version, kind))
        return found

    def find(self, api_version: str, kind: str) -> t.Optional[Resource]:
        """The same by what is known, or None."""
        found = self._known().get((api_version, kind))
        if found is None and not self._asked:
            self.refresh()
            found = self._known().get((api_version, kind))
        return found

    def resources(self) -> t.List[Resource]:
        if not self._asked:
            self.refresh()
        return list(self._known().values())

    def refresh(self) -> None:
        """Ask the server, whatever is known."""
        table = _table(self._source.ask())
        with self._lock:
            self._table, self._asked = table, True

    def _known(self) -> _Table:
        with self._lock:
            if self._table is None:
                rows = self._source.recent()
                self._asked = rows is None
                self._table = _table(self._source.ask() if rows is None else rows)
            return self._table

    def _unknown(self, api_version: str, kind: str) -> str:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.schema.suggest import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            closest,
        )

        others = sorted({r.api_version for r in self.resources() if r.kind.lower() == kind.lower()})
        if others:
            right = next(r.kind for r in self.resources() if r.kind.lower() == kind.lower())
            return f"The cluster has no {kind} in {api_version}; it serves {right} in {', '.join(others)}."
        meant = closest(kind, sorted({r.kind for r in self.resources() if r.api_version == api_version}))
        advice = f"Did you mean {meant}? If not," if meant else "Check the spelling, or"
        return (
            f"The cluster has no kind {kind} in {api_version}. {advice} apply the CustomResourceDefinition of it first."
        )


def _table(resources: t.Iterable[Resource]) -> _Table:
    return {(r.api_version, r.kind): r for r in resources}
