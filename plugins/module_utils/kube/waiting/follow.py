# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List, then watch: follows a set of objects for as long as somebody wants to know.

A watch that ends is taken up where it ended; one that fell too far behind (410 Gone) lists again.
"""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Gone,
    NotFound,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.trim import Trim

LISTED = "LISTED"
CHANGED = "CHANGED"
REMOVED = "REMOVED"
LOST = "LOST"
BROKEN = "BROKEN"

#: The server ends a watch after this; it is taken up again. So a server that went silent is noticed soon after.
WATCH_SECONDS = 45.0
_PAGE = 500
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Topic:
    """What one list and watch covers. An empty namespace is all of them."""

    resource: Resource
    namespace: str = ""
    label_selector: str = ""
    field_selector: str = ""


@dataclass(frozen=True)
class Change:
    """News of a topic: all its objects (LISTED), one (CHANGED, REMOVED), or a connection lost or given up (error)."""

    topic: Topic
    what: str
    objects: t.Tuple[Obj, ...] = ()
    error: t.Optional[Exception] = None


Sink = t.Callable[[Change], None]


def as_is(obj: Obj) -> Obj:
    return obj


def list_now(client: KubeClient, topic: Topic, trim: Trim = as_is) -> t.Tuple[Change, str]:
    """All objects of the topic, and the version from which to watch. A kind that is gone has no objects.

    Page by page, so that never more than a page is in memory untrimmed.
    """
    objects: t.List[Obj] = []
    version = following = ""
    try:
        while True:
            query = _query(topic, following)
            answer = client.page(topic.resource, topic.namespace, limit=_PAGE, query=query)
            objects += map(trim, answer["items"])
            metadata = answer.get("metadata") or {}
            version = version or str(metadata.get("resourceVersion") or "")
            following = str(metadata.get("continue") or "")
            if not following:
                return Change(topic, LISTED, tuple(objects)), version
    except NotFound:
        return Change(topic, LISTED), ""


def _query(topic: Topic, following: str) -> t.Dict[str, str]:
    given = {"labelSelector": topic.label_selector, "fieldSelector": topic.field_selector, "continue": following}
    return {k: v for k, v in given.items() if v}


def follow(
    client: KubeClient, topic: Topic, version: str, sink: Sink, stop: threading.Event, trim: Trim = as_is
) -> None:
    """Runs until `stop`. Without `version` it lists first. Never raises: what is final goes into the sink as BROKEN."""
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            if not version:
                change, version = list_now(client, topic, trim)
                sink(change)
            for latest in _watch_once(client, topic, version, sink, trim):
                version, pause = latest, _FIRST_PAUSE
                if stop.is_set():
                    return
        except Gone:
            version = ""
        except Exception as exc:  # a thread that dies in silence would leave its waiter waiting
            if not _passes(exc):
                sink(Change(topic, BROKEN, error=exc))
                return
            sink(Change(topic, LOST, error=exc))
            stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _watch_once(client: KubeClient, topic: Topic, version: str, sink: Sink, trim: Trim) -> t.Iterator[str]:
    """Passes events on; yields the version after each."""
    events = client.watch(
        topic.resource,
        topic.namespace,
        resource_version=version,
        label_selector=topic.label_selector,
        field_selector=topic.field_selector,
        timeout=WATCH_SECONDS,
    )
    for kind, obj in events:
        if kind != "BOOKMARK":
            sink(Change(topic, REMOVED if kind == "DELETED" else CHANGED, (trim(obj),)))
        yield str(obj.get("metadata", {}).get("resourceVersion") or version)


def _passes(exc: Exception) -> bool:
    """The server or the way to it is down: it may come back."""
    return isinstance(exc, Unreachable) or (isinstance(exc, ApiError) and exc.status >= _SERVER_ERROR)
