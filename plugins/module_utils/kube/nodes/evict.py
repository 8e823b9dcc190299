# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request that a pod leaves its node, and what the server said to it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Conflict,
    Forbidden,
    NotFound,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, text

TAKEN, GONE, HELD, LATER, REFUSED = "taken", "gone", "held", "later", "refused"
_BUSY = 429
_SERVER_ERROR = 500
_BUDGET = "DisruptionBudget"
#: The namespace goes, and its pods with it.
_ENDING = "NamespaceTerminating"
_TOO_MANY_BUDGETS = "more than one PodDisruptionBudget"


@dataclass(frozen=True)
class Answer:
    """`what`: TAKEN, GONE (it is not there any more), HELD (by a budget), LATER (ask again) or REFUSED (for good)."""

    what: str
    message: str = ""


@dataclass(frozen=True)
class Evictor:
    """Asks by the eviction subresource, or deletes where the user does without budgets."""

    client: KubeClient
    pods: Resource
    grace: t.Optional[int] = None
    disable_eviction: bool = False

    def ask(self, pod: Object, *, dry_run: bool = False) -> Answer:
        try:
            self._send(pod, {"dryRun": "All"} if dry_run else {})
        except (ApiError, Unreachable) as exc:
            return answer_of(exc)
        return Answer(TAKEN)

    def _send(self, pod: Object, query: t.Dict[str, str]) -> None:
        namespace, name = text(pod, "metadata", "namespace"), text(pod, "metadata", "name")
        # Only this very pod: a StatefulSet's next one has the same name.
        options: Obj = {"preconditions": {"uid": text(pod, "metadata", "uid")}}
        if self.grace is not None:
            options["gracePeriodSeconds"] = self.grace
        if self.disable_eviction:
            body = {"apiVersion": "v1", "kind": "DeleteOptions", **options}
            self.client.request("DELETE", self.pods.path(namespace, name), query=query, body=body, retry_busy=False)
            return
        metadata = {"name": name, "namespace": namespace}
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata, "deleteOptions": options}
        path = self.pods.path(namespace, name, "eviction")
        self.client.request("POST", path, query=query, body=body, retry_busy=False)


def answer_of(exc: t.Union[ApiError, Unreachable]) -> Answer:
    """An eviction names its pod by uid, so asking twice does no harm: what may pass is asked again."""
    if isinstance(exc, (NotFound, Conflict)):
        return Answer(GONE)
    if isinstance(exc, Unreachable):
        return Answer(LATER, exc.message)
    reasons = {str(cause.get("reason")) for cause in exc.causes}
    if exc.status == _BUSY:
        return Answer(HELD if _BUDGET in reasons else LATER, exc.message)
    if isinstance(exc, Forbidden) and _ENDING in reasons:
        return Answer(LATER, exc.message)
    if exc.status >= _SERVER_ERROR and _TOO_MANY_BUDGETS not in exc.message:
        return Answer(LATER, exc.message)
    return Answer(REFUSED, exc.message)
