# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches what explains a failure: events about an object, and the end of a container's log. Never fails itself."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import name_of, uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    number,
    text,
)

LOG_LINES = 20
EVENTS = 5
_LONGEST_LINE = 500


def events_about(client: KubeClient, discovery: Discovery, obj: Object) -> t.List[t.Dict[str, t.Any]]:
    """The last warnings (else the last events) about an object, oldest first."""
    namespace = text(obj, "metadata", "namespace")
    try:
        resource = discovery.resource_for("v1", "Event")
        answer = client.list(resource, namespace, field_selector=f"involvedObject.uid={uid_of(obj)}")
    except SlipwayError:
        return []
    events = sorted(answer["items"], key=_when)
    warnings = [event for event in events if event.get("type") == "Warning"]
    return [_as_result(event) for event in (warnings or events)[-EVENTS:]]


def _when(event: Object) -> str:
    """Events have three clocks, depending on who wrote them."""
    return text(event, "lastTimestamp") or text(event, "eventTime") or text(event, "metadata", "creationTimestamp")


def _as_result(event: Object) -> t.Dict[str, t.Any]:
    return {
        "type": text(event, "type"),
        "reason": text(event, "reason"),
        "message": text(event, "message"),
        "count": number(event, "count", default=1),
        "last_seen": _when(event),
    }


def log_tail(client: KubeClient, discovery: Discovery, pod: Object, container: str, *, previous: bool) -> t.List[str]:
    """The last lines that a container wrote; of its previous instance where that is the one that crashed."""
    if not container:
        return []
    lines = _log(client, discovery, pod, container, previous=previous)
    return lines or (_log(client, discovery, pod, container, previous=False) if previous else [])


def _log(client: KubeClient, discovery: Discovery, pod: Object, container: str, *, previous: bool) -> t.List[str]:
    query = {"container": container, "tailLines": str(LOG_LINES)}
    if previous:
        query["previous"] = "true"
    try:
        resource = discovery.resource_for("v1", "Pod")
        path = resource.path(text(pod, "metadata", "namespace"), name_of(pod), "log")
        written = client.get_text(path, query)
    except SlipwayError:
        return []
    return [line[:_LONGEST_LINE] for line in written.splitlines() if line.strip()]
