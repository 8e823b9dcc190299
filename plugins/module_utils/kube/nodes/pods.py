# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pods of a node a drain moves away, which it leaves alone, and which it must not touch unasked. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    is_true,
    mapping,
    mappings,
    text,
)

_MIRROR = "kubernetes.io/config.mirror"
_OVER = ("Succeeded", "Failed")
EVICT, LEAVE = "evict", "leave"
UNMANAGED, EMPTY_DIR, DAEMON = "unmanaged", "emptyDir", "DaemonSet"
#: What each is about, and how the user allows it.
_WHY = {
    UNMANAGED: ("no controller would make {} again", "delete_options.force: true deletes them"),
    EMPTY_DIR: ("{} would lose their emptyDir volumes", "delete_options.delete_emptydir_data: true accepts it"),
    DAEMON: ("{} belong to DaemonSets", "delete_options.ignore_daemonsets: true leaves them alone"),
}


@dataclass(frozen=True)
class Allowed:
    """What the user gives up."""

    force: bool = False
    delete_emptydir_data: bool = False
    ignore_daemonsets: bool = True


@dataclass
class Sorting:
    """The pods of some nodes."""

    evict: t.List[Object] = field(default_factory=list)
    left_alone: t.List[Object] = field(default_factory=list)
    #: reason -> pods
    refused: t.Dict[str, t.List[Object]] = field(default_factory=dict)


def sort_pods(pods: t.Iterable[Object], allowed: Allowed) -> Sorting:
    sorting = Sorting()
    for pod in sorted(pods, key=title):
        what = fate(pod, allowed)
        if what == EVICT:
            sorting.evict.append(pod)
        elif what == LEAVE:
            sorting.left_alone.append(pod)
        else:
            sorting.refused.setdefault(what, []).append(pod)
    return sorting


def fate(pod: Object, allowed: Allowed) -> str:
    """EVICT, LEAVE, or why it must not be touched."""
    if mapping(pod, "metadata", "annotations").get(_MIRROR) is not None:
        return LEAVE  # of the kubelet's own files: it would come back at once
    over = text(pod, "status", "phase") in _OVER
    controller = _controller(pod)
    if controller == "DaemonSet" and not over:
        return LEAVE if allowed.ignore_daemonsets else DAEMON
    if over or is_terminating(pod):
        return EVICT  # nothing is lost that is not lost already
    if not controller and not allowed.force:
        return UNMANAGED
    if _has_empty_dir(pod) and not allowed.delete_emptydir_data:
        return EMPTY_DIR
    return EVICT


def refusal(refused: t.Mapping[str, t.Sequence[Object]]) -> str:
    """One sentence with all pods that stand against a drain."""
    parts = []
    for reason, pods in refused.items():
        why, remedy = _WHY[reason]
        parts.append(f"{why.format(', '.join(title(pod) for pod in pods))} ({remedy})")
    return "; ".join(parts)


def title(pod: Object) -> str:
    return f"{text(pod, 'metadata', 'namespace')}/{text(pod, 'metadata', 'name')}"


def is_terminating(pod: Object) -> bool:
    return bool(text(pod, "metadata", "deletionTimestamp"))


def is_ready(pod: Object) -> bool:
    return is_true(condition(pod, "Ready"))


def _controller(pod: Object) -> str:
    owners = mappings(pod, "metadata", "ownerReferences")
    return next((text(owner, "kind") for owner in owners if owner.get("controller") is True), "")


def _has_empty_dir(pod: Object) -> bool:
    return any("emptyDir" in volume for volume in mappings(pod, "spec", "volumes"))
