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

from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import (
    ApiError,
    Gone,
    NotFound,
    Unreachable,
)

LISTED = "LISTED"
CHANGED = "CHANGED"
REMOVED = "REMOVED"
LOST = "LOST"
BROKEN = "BROKEN"

#: The server ends a watch after this; it is taken up again.
WATCH_SECONDS = 300.0
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


def list_now(client: KubeClient, topic: Topic) -> t.Tuple[Change, str]:
    """All objects of the topic, and the version from which to watch. A kind that is gone has no objects."""
    try:
        answer = client.list(
            topic.resource,
            topic.namespace,
            label_selector=topic.label_selector,
            field_selector=topic.field_selector,
        )
    except NotFound:
        return Change(topic, LISTED), ""
    version = str(answer.get("metadata", {}).get("resourceVersion") or "")
    return Change(topic, LISTED, tuple(answer["items"])), version


def follow(client: KubeClient, topic: Topic, version: str, sink: Sink, stop: threading.Event) -> None:
    """Runs until `stop`. Without `version` it lists first. Never raises: what is final goes into the sink as BROKEN."""
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            if not version:
                change, version = list_now(client, topic)
                sink(change)
            for latest in _watch_once(client, topic, version, sink):
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


def _watch_once(client: KubeClient, topic: Topic, version: str, sink: Sink) -> t.Iterator[str]:
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
            sink(Change(topic, REMOVED if kind == "DELETED" else CHANGED, (obj,)))
        yield str(obj.get("metadata", {}).get("resourceVersion") or version)


def _passes(exc: Exception) -> bool:
    """The server or the way to it is down: it may come back."""
    return isinstance(exc, Unreachable) or (isinstance(exc, ApiError) and exc.status >= _SERVER_ERROR)
