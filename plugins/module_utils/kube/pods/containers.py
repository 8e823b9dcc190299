# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which containers a pod has, which one is meant, and what each does. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import annotation, name_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, mappings, text

#: How a pod says which container people mean.
DEFAULT = "kubectl.kubernetes.io/default-container"
_REGULAR = "containers"
#: In the order in which they start. Ephemeral ones are put in by `kubectl debug`.
_SECTIONS = ("initContainers", _REGULAR, "ephemeralContainers")
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


def title(pod: Object) -> str:
    return f"Pod {text(pod, 'metadata', 'namespace')}/{name_of(pod)}"


def names(pod: Object, *sections: str) -> t.List[str]:
    return [text(c, "name") for section in sections or _SECTIONS for c in mappings(pod, "spec", section)]


def one(pod: Object, wanted: str = "") -> str:
    """The container to run something in. Raises InputError where it is not clear which one."""
    if wanted:
        return _known(pod, wanted)
    regular = names(pod, _REGULAR)
    preferred = annotation(pod, DEFAULT)
    if preferred in regular:
        return preferred
    if len(regular) != 1:
        raise InputError(f"{title(pod)} has the containers {', '.join(regular)}: set container to one of them.")
    return regular[0]


def some(pod: Object, wanted: str = "", *, everything: bool = False) -> t.List[str]:
    """The containers to read the logs of."""
    if wanted:
        return [_known(pod, wanted)]
    if everything:
        return names(pod)
    regular = names(pod, _REGULAR)
    preferred = annotation(pod, DEFAULT)
    return [preferred] if preferred in regular else regular


def _known(pod: Object, wanted: str) -> str:
    if wanted in names(pod):
        return wanted
    raise InputError(f"{title(pod)} has no container {wanted}; it has {', '.join(names(pod))}.")


def is_running(pod: Object, container: str) -> bool:
    return state_of(pod, container)[0] == "running"


def state_of(pod: Object, container: str) -> t.Tuple[str, str]:
    """(waiting | running | terminated, why)."""
    status = next((s for key in _STATUSES for s in mappings(pod, "status", key) if s.get("name") == container), {})
    for word in ("running", "terminated", "waiting"):
        state = mapping(status, "state").get(word)
        if isinstance(state, t.Mapping):
            return word, _why(word, state)
    return "waiting", _before_any(pod)


def _why(word: str, state: Object) -> str:
    parts = [text(state, "reason"), text(state, "message").strip()]
    if word == "terminated":
        parts.insert(1, f"exit code {state.get('exitCode', '?')}")
    return ": ".join(part for part in parts if part)


def _before_any(pod: Object) -> str:
    """The kubelet has not reported yet: perhaps no node has the pod."""
    scheduled = next((c for c in mappings(pod, "status", "conditions") if c.get("type") == "PodScheduled"), {})
    if scheduled.get("status") == "False":
        return ": ".join(p for p in (text(scheduled, "reason"), text(scheduled, "message")) if p)
    return text(pod, "status", "reason") or text(pod, "status", "phase") or "Pending"
