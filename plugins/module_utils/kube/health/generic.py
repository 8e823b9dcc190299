# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every kind: deletion, observedGeneration, and the conditions Stalled, Reconciling, Ready."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    TERMINATING,
    Health,
    current,
    failed,
    in_progress,
)
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


def by_system(obj: Object) -> t.Optional[Health]:
    """What no rule for a kind can change: it is being deleted, or nobody has looked at its last change."""
    return _deleted(obj) or _unobserved(obj)


def _deleted(obj: Object) -> t.Optional[Health]:
    if not field(obj, "metadata", "deletionTimestamp"):
        return None
    finalizers = field(obj, "metadata", "finalizers")
    reasons = [f"finalizers: {', '.join(map(str, finalizers))}"] if isinstance(finalizers, list) and finalizers else []
    if text(obj, "kind") == "Namespace":
        # Its conditions say what is left in it, and which API does not answer.
        reasons += [
            text(c, "message") for c in mappings(obj, "status", "conditions") if is_true(c) and c.get("message")
        ]
    return Health(TERMINATING, "is being deleted" + (", waits for " + "; ".join(reasons) if reasons else ""))


def _unobserved(obj: Object) -> t.Optional[Health]:
    wanted = number(obj, "metadata", "generation", default=-1)
    seen = number(obj, "status", "observedGeneration", default=-1)
    if seen >= 0 and wanted > seen:
        return in_progress(f"its controller has not seen the change yet (generation {wanted}, seen {seen})")
    return None


def by_conditions(obj: Object) -> t.Optional[Health]:
    """Stalled and Reconciling, as kstatus defines them for controllers of any kind."""
    stalled = condition(obj, "Stalled")
    if is_true(stalled) and not outdated(obj, stalled):
        return failed(explain(stalled, "stalled"))
    reconciling = condition(obj, "Reconciling")
    if is_true(reconciling):
        return in_progress(explain(reconciling, "reconciling"))
    return None


def outdated(obj: Object, cond: Object) -> bool:
    """A condition may say itself which generation it is about."""
    seen = number(cond, "observedGeneration", default=-1)
    return 0 <= seen < number(obj, "metadata", "generation", default=-1)


def by_ready_condition(obj: Object) -> Health:
    """Kinds without rules of their own: by the condition Ready where there is one, else it is enough to exist."""
    ready = condition(obj, "Ready")
    if not ready:
        return current("exists")
    if outdated(obj, ready):
        return in_progress(f"its condition Ready is of an older generation ({explain(ready, 'ready')})")
    if is_true(ready):
        return current(explain(ready, "ready"))
    return in_progress(explain(ready, "not ready"))
