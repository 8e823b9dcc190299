# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited for: healthy, present, absent, a condition, or a JMESPath expression. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    condition,
    explain,
    text,
)

try:
    import jmespath
except ImportError:
    jmespath = None

#: Met or not, and how the object is doing.
Judgement = t.Tuple[bool, Health]
#: Conditions that say that something went wrong: whoever waits for one does not mind failure.
_BAD_NEWS = ("Failed", "FailureTarget", "Stalled", "ReplicaFailure")


@dataclass(frozen=True)
class Goal:
    """`judge(None)` is asked for an object that does not exist."""

    #: For messages: "healthy", "absent", "condition Ready=True".
    name: str
    judge: t.Callable[[t.Any], Judgement]
    #: Give up as soon as an object can no longer become healthy.
    fail_fast: bool = False
    wants_absence: bool = False


def _healthy(obj: t.Any) -> Judgement:
    health = compute(obj)
    return health.status == "Current", health


def _absent(obj: t.Any) -> Judgement:
    health = compute(obj)
    return health.status == "NotFound", health


def _present(obj: t.Any) -> Judgement:
    health = compute(obj)
    return health.status not in ("NotFound", "Terminating"), health


HEALTHY = Goal("healthy", _healthy, fail_fast=True)
ABSENT = Goal("absent", _absent, wants_absence=True)
PRESENT = Goal("present", _present)
BY_STATE = {goal.name: goal for goal in (HEALTHY, ABSENT, PRESENT)}


def by_condition(kind: str, status: str = "True", reason: str = "") -> Goal:
    """A condition of that type, with that status and (if given) reason."""

    def judge(obj: t.Any) -> Judgement:
        found = condition(obj, kind)
        met = text(found, "status") == status and (not reason or text(found, "reason") == reason)
        health = compute(obj)
        if obj is None or met:
            return met and obj is not None, health
        said = f"condition {kind} is {text(found, 'status')} ({explain(found)})" if found else f"no condition {kind}"
        return False, Health(health.status, f"{said}; {health.message}")

    name = f"condition {kind}={status}" + (f" ({reason})" if reason else "")
    return Goal(name, judge, fail_fast=status == "True" and kind not in _BAD_NEWS)


def by_jmespath(expression: str) -> Goal:
    """An expression that becomes true (not null, false or empty)."""
    if jmespath is None:
        raise MissingDependencyError("jmespath needs the Python library jmespath: pip install jmespath.")
    try:
        compiled = jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as exc:
        raise InputError(f"jmespath: '{expression}' is not a JMESPath expression: {str(exc).splitlines()[0]}") from exc

    def judge(obj: t.Any) -> Judgement:
        if obj is None:
            return False, compute(obj)
        health = compute(obj)
        try:
            value = compiled.search(obj)
        except jmespath.exceptions.JMESPathError as exc:
            return False, Health(health.status, f"{expression}: {exc}; {health.message}")
        if value or (value == 0 and value is not False):  # JMESPath's truth: 0 is true
            return True, health
        return False, Health(health.status, f"{expression} is {value!r}; {health.message}")

    return Goal(f"jmespath {expression}", judge)
