# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A StatefulSet's controller waits for ever for a pod that cannot become ready, whatever the template is by now."""

from __future__ import annotations

import contextlib
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Conflict, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import (
    CONTROLLER_HASH,
    label,
    owner_of,
    uid_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import mappings, number, text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import is_ready
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.workload import Workload

Obj = t.Mapping[str, t.Any]

#: Its controller sees a change at once; a busy one takes longer.
_SEEN_WITHIN = 15.0
_PAUSE = 0.1


def free_stateful_set(workload: Workload) -> None:
    """Deletes the pods of another template than the present one which do not run well. No-op for other kinds."""
    if workload.ref.kind != "StatefulSet":
        return
    present = _present_revision(workload)
    for pod in workload.pods() if present else ():
        own = owner_of(pod) == uid_of(workload.before)
        if own and label(pod, CONTROLLER_HASH) != present and not _runs_well(pod):
            with contextlib.suppress(NotFound, Conflict):  # replaced meanwhile
                workload.remove_pod(pod)


def _present_revision(workload: Workload) -> str:
    """That of the template as it is now; empty if the controller does not get to it."""
    deadline = time.monotonic() + _SEEN_WITHIN
    while time.monotonic() < deadline:
        now = workload.read()
        if number(now, "status", "observedGeneration") >= number(now, "metadata", "generation"):
            return text(now, "status", "updateRevision")
        time.sleep(_PAUSE)
    return ""


def _runs_well(pod: Obj) -> bool:
    """One that crashes again and again is ready now and then."""
    restarts = any(number(status, "restartCount") for status in mappings(pod, "status", "containerStatuses"))
    return is_ready(pod) and not restarts
