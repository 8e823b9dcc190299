# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited for: healthy, present, absent, a condition, or a JMESPath expression. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import Assess, compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.expression import Expression
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    condition,
    explain,
    text,
)

#: Met or not, and how the object is doing.
Judgement = t.Tuple[bool, Health]
STATES = ("healthy", "absent", "present")
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

    @property
    def wants_health(self) -> bool:
        return self.name == STATES[0]

    @property
    def wants_absence(self) -> bool:
        return self.name == STATES[1]


def by_state(state: str, assess: Assess = compute) -> Goal:
    """`healthy`, `absent` or `present`."""
    reached: t.Mapping[str, t.Callable[[str], bool]] = {
        "healthy": lambda status: status == "Current",
        "absent": lambda status: status == "NotFound",
        "present": lambda status: status not in ("NotFound", "Terminating"),
    }

    def judge(obj: t.Any) -> Judgement:
        health = assess(obj)
        return reached[state](health.status), health

    return Goal(state, judge, fail_fast=state == "healthy")


HEALTHY = by_state("healthy")
ABSENT = by_state("absent")


def by_condition(kind: str, status: str = "True", reason: str = "", assess: Assess = compute) -> Goal:
    """A condition of that type, with that status and (if given) reason."""

    def judge(obj: t.Any) -> Judgement:
        found = condition(obj, kind)
        met = text(found, "status") == status and (not reason or text(found, "reason") == reason)
        health = assess(obj)
        if obj is None or met:
            return met and obj is not None, health
        said = f"condition {kind} is {text(found, 'status')} ({explain(found)})" if found else f"no condition {kind}"
        return False, Health(health.status, f"{said}; {health.message}")

    name = f"condition {kind}={status}" + (f" ({reason})" if reason else "")
    return Goal(name, judge, fail_fast=status == "True" and kind not in _BAD_NEWS)


def by_jmespath(written: str, assess: Assess = compute) -> Goal:
    """An expression that becomes true (not null, false or empty)."""
    expression = Expression(written, "jmespath")

    def judge(obj: t.Any) -> Judgement:
        health = assess(obj)
        if obj is None:
            return False, health
        answer = expression.ask(obj)
        if answer.true:
            return True, health
        said = f"{written}: {answer.error}" if answer.error else f"{written} is {answer.value!r}"
        return False, Health(health.status, f"{said}; {health.message}")

    return Goal(f"jmespath {written}", judge)
