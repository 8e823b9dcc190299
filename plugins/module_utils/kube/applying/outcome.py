# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps -> the result of a task, in one shape whatever the number of objects. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CHANGES,
    CONFIGURED,
    CREATED,
    DELETED,
    FAILED,
    PRUNED,
    RECREATED,
    SENT,
    SKIPPED,
    UNCHANGED,
    Step,
)

_ACTIONS = (CREATED, CONFIGURED, RECREATED, UNCHANGED, PRUNED, DELETED, FAILED, SKIPPED)


def result_of(steps: t.Sequence[Step], with_diff: bool, manager: str = "", *, sent: bool = True) -> t.Dict[str, t.Any]:
    """`sent`: whether what was planned was done (or is only predicted, in check mode)."""
    changes = [s for s in steps if s.action in CHANGES] if sent else []
    return {
        "changed": bool(changes) or any(s.written for s in steps),
        "objects": [_entry(s, sent) for s in steps],
        "summary": {action: sum(_action(s, sent) == action for s in steps) for action in _ACTIONS},
        "diff": [_diff(s, manager) for s in changes] if with_diff else [],
    }


def _diff(step: Step, manager: str) -> t.Dict[str, str]:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        change_of,
        diff_of,
    )

    if step.action in SENT:
        return change_of(step.manifest.ref, step.before, step.manifest.obj, manager)
    return diff_of(step.manifest.ref, step.before, step.after)


def _action(step: Step, sent: bool) -> str:
    """What was planned but never sent, because the plan holds a mistake, is skipped."""
    return SKIPPED if not sent and step.action in CHANGES else step.action


def _entry(step: Step, sent: bool) -> t.Dict[str, t.Any]:
    entry: t.Dict[str, t.Any] = {**step.manifest.ref.as_result(), "action": _action(step, sent)}
    if step.error:
        entry["error"] = step.error
    if step.in_doubt:
        entry["in_doubt"] = True
    if step.note:
        entry["note"] = step.note
    return entry
