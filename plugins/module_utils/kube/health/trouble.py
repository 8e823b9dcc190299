# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a pod's way: one container's waiting reason, a crash loop, no node that takes it.

Pure, and without a clock: a trouble names its `grace`, the seconds it may last before it means that the pod cannot
succeed. Whoever watches knows how long it lasted.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.defaults import UNSCHEDULABLE_GRACE
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    field,
    is_false,
    is_true,
    mapping,
    mappings,
    number,
    text,
)

#: A registry or a network may come back.
NETWORK_GRACE = 60.0
#: Another controller may still create what a container refers to (a Secret, a ConfigMap).
CONFIG_GRACE = 20.0
#: A certificate that another controller has to get for a volume takes its time.
MOUNT_GRACE = 90.0
#: A condition that no kubelet writes: whoever watches events puts into it what they say of the pod's volumes.
UNMOUNTED = "slipway.deploy/Unmounted"
#: Restarts after which a crash is a loop: the first may only have come before a database was up.
LOOP = 2
#: It has crashed twice in a row, and the kubelet waits before it tries again. It says CrashLoopBackOff only at the end
#: of that first wait of ten seconds.
SECOND_CRASH_GRACE = 3.0
#: Restarts after which a container that runs again, but never got ready, is still in its loop.
HARD_LOOP = 4

_NETWORK = re.compile(
    r"time(d )?\s?out|deadline exceeded|connection (refused|reset)|\beof\b|too ?many ?requests|temporary failure"
    r"|server misbehaving|unreachable|no route to host|bad gateway|service unavailable|internal server error"
    r"|gateway time|qps exceeded|broken pipe",
    re.IGNORECASE,
)
_CACHE_SYNC = re.compile(r"failed to sync \w+ cache|timed out waiting for the condition", re.IGNORECASE)
_NO_PROGRAM = re.compile(r"not found|no such file|permission denied|exec format error", re.IGNORECASE)


@dataclass(frozen=True)
class Trouble:
    """Why a pod is not getting on. `family` stays while the reason alternates (ErrImagePull, ImagePullBackOff)."""

    family: str
    reason: str
    message: str
    container: str = ""
    grace: float = 0.0
    exit_code: t.Optional[int] = None
    #: The previous instance's log tells what happened, not the present one's.
    previous: bool = False

    @property
    def certain(self) -> bool:
        return self.grace <= 0

    @property
    def crash(self) -> bool:
        """May end by itself once what the program needs is up."""
        return self.family == "crash"


def trouble_of(pod: Object) -> t.Optional[Trouble]:
    """The worst trouble of a pod that is alive, or None."""
    if field(pod, "metadata", "deletionTimestamp") or text(pod, "status", "phase") in ("Succeeded", "Failed"):
        return None
    if is_true(condition(pod, "Ready")):
        return None
    found = [t_ for t_ in map(_of_container, _container_statuses(pod)) if t_]
    found += _unschedulable(pod) + _unmounted(pod)
    return min(found, key=lambda t_: t_.grace, default=None)


def _container_statuses(pod: Object) -> t.List[Object]:
    return mappings(pod, "status", "initContainerStatuses") + mappings(pod, "status", "containerStatuses")


def _unschedulable(pod: Object) -> t.List[Trouble]:
    scheduled = condition(pod, "PodScheduled")
    if not is_false(scheduled) or text(scheduled, "reason") != "Unschedulable":
        return []
    return [Trouble("schedule", "Unschedulable", explain(scheduled), grace=UNSCHEDULABLE_GRACE)]


def _unmounted(pod: Object) -> t.List[Trouble]:
    """A volume of something that does not exist: the kubelet tells it by events only, and tries for ever.

    Its sandbox comes after its volumes: once there is one, the event is history, and the image may take its time.
    """
    told = condition(pod, UNMOUNTED)
    stuck = told and is_false(condition(pod, "PodReadyToStartContainers"))
    return [] if not stuck else [Trouble("config", "FailedMount", explain(told), grace=MOUNT_GRACE)]


def _of_container(status: Object) -> t.Optional[Trouble]:
    if field(status, "ready") is True:
        return None
    waiting = mapping(status, "state", "waiting")
    reason = text(waiting, "reason")
    if reason and reason != "CrashLoopBackOff":
        return _waiting(status, reason, text(waiting, "message").strip())
    return _crash(status, looping=bool(reason))


def _waiting(status: Object, reason: str, message: str) -> t.Optional[Trouble]:
    known = _WAITING.get(reason)
    if known is None:
        return None
    family, grace = known
    seconds = grace(_without_names(message, status)) if callable(grace) else grace
    said = f"{reason}: {message}" if message else reason
    return Trouble(family, reason, said, text(status, "name"), seconds)


def _without_names(message: str, status: Object) -> str:
    """An image may be called `eof/timeout`: only the words around names count."""
    bare = re.sub(r'"[^"]*"', "", message)
    image = text(status, "image")
    return bare.replace(image, "") if image else bare


def _pull_grace(message: str) -> float:
    if _NETWORK.search(message):
        return NETWORK_GRACE
    return CONFIG_GRACE if "no such host" in message else 0.0


def _err_pull_grace(message: str) -> float:
    """The first failure without a cause that we know: see whether the second try fails too."""
    return _pull_grace(message) or (0.0 if _is_final(message) else CONFIG_GRACE)


def _is_final(message: str) -> bool:
    words = (
        "not found",
        "notfound",
        "manifest unknown",
        "no match for platform",
        "unauthorized",
        "denied",
        "forbidden",
    )
    return any(word in message.lower() for word in words)


def _config_grace(message: str) -> float:
    """A missing Secret may be on its way; the kubelet's own cache always is."""
    return NETWORK_GRACE if _CACHE_SYNC.search(message) else CONFIG_GRACE


def _start_grace(message: str) -> float:
    return 0.0 if _NO_PROGRAM.search(message) else CONFIG_GRACE


def _create_grace(message: str) -> float:
    """Mount and name errors of the runtime come and go while a node is busy."""
    return NETWORK_GRACE if _NETWORK.search(message) or "is reserved" in message else _start_grace(message)


_Grace = t.Union[float, t.Callable[[str], float]]
#: The kubelet's waiting reason -> family and grace.
_WAITING: t.Dict[str, t.Tuple[str, _Grace]] = {
    "ErrImageNeverPull": ("image", 0.0),
    "InvalidImageName": ("image", 0.0),
    "SignatureValidationFailed": ("image", 0.0),
    "ErrImagePull": ("image", _err_pull_grace),
    "ImagePullBackOff": ("image", _pull_grace),
    "ImageInspectError": ("image", CONFIG_GRACE),
    "RegistryUnavailable": ("image", NETWORK_GRACE),
    "CreateContainerConfigError": ("config", _config_grace),
    "CreateContainerError": ("create", _create_grace),
    "RunContainerError": ("create", _start_grace),
    "StartError": ("create", _start_grace),
    "PreStartHookError": ("create", CONFIG_GRACE),
    "PreCreateHookError": ("create", CONFIG_GRACE),
    "PostStartHookError": ("crash", CONFIG_GRACE),
}


def _crash(status: Object, *, looping: bool) -> t.Optional[Trouble]:
    """A container that ended and was restarted, or is about to be."""
    ended = mapping(status, "state", "terminated") or mapping(status, "lastState", "terminated")
    restarts = number(status, "restartCount")
    if not ended or not _is_crash(status, ended, restarts, looping):
        return None
    code = number(ended, "exitCode", default=-1)
    reason = text(ended, "reason") or "Error"
    name = text(status, "name")
    message = f"{_ending(ended, reason, code)}, {restarts} restart{'s' if restarts != 1 else ''}"
    if reason in ("StartError", "ContainerCannotRun") and _NO_PROGRAM.search(text(ended, "message")):
        return Trouble("create", reason, message, name, 0.0, code)
    grace = 0.0 if restarts >= LOOP else SECOND_CRASH_GRACE if restarts else CONFIG_GRACE
    present = bool(mapping(status, "state", "terminated"))
    return Trouble("crash", "CrashLoopBackOff", message, name, grace, code, previous=not present)


def _is_crash(status: Object, ended: Object, restarts: int, looping: bool) -> bool:
    if looping:
        return True
    if number(ended, "exitCode") == 0:
        return False
    if mapping(status, "state", "terminated"):
        return restarts >= 1  # one that is restarted at once is not seen ended for long
    return restarts >= HARD_LOOP


def _ending(ended: Object, reason: str, code: int) -> str:
    if reason == "OOMKilled":
        return f"CrashLoopBackOff: killed for using more memory than its limit (OOMKilled, exit code {code})"
    said = text(ended, "message").strip()
    tail = f": {said.splitlines()[-1]}" if said else ""
    return f"CrashLoopBackOff: the process ended with exit code {code} ({reason}){tail}"
