# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the kinds of a cluster are learnt: from the server, which says cheaply that nothing changed, and the disk."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Unauthorized
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import Resource, parse

#: One document for all groups, instead of one request for each group and version (Kubernetes 1.26 and later).
AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)
_ROOTS = ("/api", "/apis")
#: Seconds for which what an earlier task learnt is used without a question.
UNASKED = 300.0
_KEPT = 30 * 86400.0


class Asks(t.Protocol):
    """The part of the client that discovery needs. One that also has `identity` and `request_unless` may be cached."""

    def request(self, method: str, path: str, *, accept: str = ...) -> t.Dict[str, t.Any]: ...


class _Entry(t.NamedTuple):
    etag: str
    resources: t.List[Resource]


class Source:
    """The kinds of one server."""

    def __init__(self, client: Asks, cache: DiskCache) -> None:
        self._client = client
        self._identity = str(getattr(client, "identity", "")) if hasattr(client, "request_unless") else ""
        self._cache = cache if self._identity else DiskCache(None)

    def recent(self) -> t.Optional[t.List[Resource]]:
        """What was known to be right a short while ago, without a question; None where nothing is."""
        answers = [self._stored(root, UNASKED) for root in _ROOTS]
        if not all(answers):
            return None
        return [resource for answer in answers if answer for resource in answer.resources]

    def ask(self) -> t.List[Resource]:
        return [resource for part in run_all(self._ask, _ROOTS) for resource in part]

    def _ask(self, root: str) -> t.List[Resource]:
        try:
            return self._told(root)
        except Unauthorized:
            raise
        except ApiError as exc:
            server = getattr(self._client, "server", "")
            said = exc.message.rstrip(".")
            exc.reword(
                f"The API server {server} does not say which kinds it has: {said}. "
                "Check its address (the kubeconfig's, or host) and the credentials."
            )
            raise

    def _told(self, root: str) -> t.List[Resource]:
        if not self._identity:
            return list(parse(self._client.request("GET", root, accept=AGGREGATED)))
        stored = self._stored(root, _KEPT) or _Entry("", [])
        conditional = t.cast(t.Any, self._client).request_unless
        document, etag = conditional(root, stored.etag, accept=AGGREGATED)
        if document is None:
            self._cache.renew(self._key(root))
            return stored.resources
        found = list(parse(document))
        if etag:
            self._cache.put(self._key(root), {"etag": etag, "resources": [r.as_row() for r in found]})
        return found

    def _key(self, root: str) -> str:
        return f"discovery {self._identity} {root}"

    def _stored(self, root: str, max_age: float) -> t.Optional[_Entry]:
        """None too for what is no entry of ours."""
        entry = self._cache.get(self._key(root), max_age)
        try:
            return _Entry(str(entry["etag"]), [Resource.from_row(row) for row in entry["resources"]])
        except (KeyError, TypeError, ValueError):
            return None
