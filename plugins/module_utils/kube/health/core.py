# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of the core group, except Pod (`pod.py`)."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    TERMINATING,
    UNKNOWN,
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.pod import pod
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    field,
    is_true,
    mappings,
    number,
    text,
)


def service(obj: Object) -> Health:
    if text(obj, "spec", "type") != "LoadBalancer":
        return current("exists")
    addresses = [text(i, "ip") or text(i, "hostname") for i in mappings(obj, "status", "loadBalancer", "ingress")]
    named = ", ".join(a for a in addresses if a)
    return current(f"reachable at {named}") if named else in_progress("the load balancer has no address yet")


def claim(obj: Object) -> Health:
    phase = text(obj, "status", "phase")
    if phase == "Bound":
        return current(f"bound to {text(obj, 'spec', 'volumeName') or 'a volume'}")
    if phase == "Lost":
        return failed("its volume is lost")
    return in_progress(f"{phase or 'Pending'}, not bound to a volume")


def volume(obj: Object) -> Health:
    phase = text(obj, "status", "phase")
    if phase in ("Available", "Bound", "Released"):
        return current(phase)
    if phase == "Failed":
        return failed(text(obj, "status", "message") or "the volume could not be reclaimed")
    return in_progress(phase or "Pending")


def namespace(obj: Object) -> Health:
    phase = text(obj, "status", "phase")
    if phase == "Terminating":
        return Health(TERMINATING, "is being deleted")
    return current("active") if phase == "Active" else in_progress("not active yet")


def node(obj: Object) -> Health:
    ready = condition(obj, "Ready")
    if not is_true(ready):
        return in_progress(explain(ready, "has not reported yet"))
    return current("ready, cordoned" if field(obj, "spec", "unschedulable") is True else "ready")


def replication_controller(obj: Object) -> Health:
    replicas = number(obj, "spec", "replicas", default=1)
    available = number(obj, "status", "availableReplicas")
    message = f"{number(obj, 'status', 'replicas')}/{replicas} created, {available} available"
    if number(obj, "status", "observedGeneration", default=-1) >= 0 and available >= replicas:
        return current(message)
    return in_progress(message)


def event_like(obj: Object) -> Health:
    """Kinds that come and go with the cluster; they have no health."""
    del obj
    return Health(UNKNOWN, "this kind has no health")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "Pod": pod,
    "Service": service,
    "PersistentVolumeClaim": claim,
    "PersistentVolume": volume,
    "Namespace": namespace,
    "Node": node,
    "ReplicationController": replication_controller,
    "Event": event_like,
}
