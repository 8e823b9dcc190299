# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task reports of its objects: the same shape for one and for a thousand. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.diff import diff_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.step import (
    CHANGES,
    CONFIGURED,
    CREATED,
    DELETED,
    FAILED,
    SKIPPED,
    UNCHANGED,
    Step,
)

_ACTIONS = (CREATED, CONFIGURED, UNCHANGED, DELETED, FAILED, SKIPPED)


def result_of(steps: t.Sequence[Step], with_diff: bool, *, sent: bool = True) -> t.Dict[str, t.Any]:
    """`sent`: whether what was planned was done (or is only predicted, in check mode)."""
    changes = [s for s in steps if s.action in CHANGES] if sent else []
    return {
        "changed": bool(changes) or any(s.written for s in steps),
        "objects": [_entry(s, sent) for s in steps],
        "summary": {action: sum(_action(s, sent) == action for s in steps) for action in _ACTIONS},
        "diff": [diff_of(s.manifest.ref, s.before, s.after) for s in changes] if with_diff else [],
    }


def _action(step: Step, sent: bool) -> str:
    """What was planned but never sent, because the plan holds a mistake, is skipped."""
    return SKIPPED if not sent and step.action in CHANGES else step.action


def _entry(step: Step, sent: bool) -> t.Dict[str, t.Any]:
    entry: t.Dict[str, t.Any] = {**step.manifest.ref.as_result(), "action": _action(step, sent)}
    if step.error:
        entry["error"] = step.error
    if step.note:
        entry["note"] = step.note
    return entry
