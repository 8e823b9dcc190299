# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until objects are healthy, absent, or fulfil a condition; fail early, and say why."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import (
    Params,
    Result,
    TaskContext,
    Verb,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.diagnose import (
    Diagnosis,
    Failure,
    explain_all,
    outline,
    sentence,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import capabilities_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import (
    SOURCE_OPTIONS,
    SOURCES_HIDE,
    SOURCES_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import (
    HEALTHY,
    STATES,
    Goal,
    by_condition,
    by_jmespath,
    by_state,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.loop import Wait
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.options import (
    WAIT_SPEC,
    WaitOptions,
    wait_options,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.progress import Progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.targets_from import targets_from

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "api_version": {"type": "str", "default": "v1", "aliases": ["api", "version"]},
        "kind": {"type": "str"},
        "name": {"type": "str"},
        "namespace": {"type": "str"},
        "label_selectors": {"type": "list", "elements": "str", "default": []},
        "field_selectors": {"type": "list", "elements": "str", "default": []},
        **SOURCES_SPEC,
        "definition": {"type": "raw", "aliases": ["objects", "resource_definition", "inline"]},
        "state": {"type": "str", "choices": list(STATES), "default": "healthy"},
        "condition": {
            "type": "dict",
            "aliases": ["wait_condition"],
            "options": {
                "type": {"type": "str", "required": True},
                "status": {"type": "str", "choices": ["True", "False", "Unknown"], "default": "True"},
                "reason": {"type": "str"},
            },
        },
        "jmespath": {"type": "str"},
        "wait_timeout": {"type": "float", "default": 120.0},
        **WAIT_SPEC,
    },
    "mutually_exclusive": [
        ("condition", "jmespath"),
        *(("kind", option) for option in SOURCE_OPTIONS),
        ("name", "label_selectors"),
    ],
    "required_one_of": [("kind", *SOURCE_OPTIONS)],
    "required_by": {"name": ["kind"]},
}
#: Objects for which the full story is fetched; more than these fail for the same reason.
_EXPLAINED = 5


def run(params: Params, context: TaskContext) -> Result:
    options = wait_options(params)
    goal = _goal(params, options)
    client = connect(params, context)
    discovery = Discovery(client)
    targets = targets_from(
        params, context, discovery, lambda: capabilities_of(client, discovery), absent_ok=goal.wants_absence
    )
    started = time.monotonic()
    if context.check_mode:
        # What comes before in the play has not been done either: nothing would ever come.
        standings = Wait(client, discovery, targets, goal, Progress(context.progress)).look_once()
    else:
        standings = wait_for(
            client, discovery, targets, goal, options, timeout=params["wait_timeout"], progress=context.progress
        )
    return {
        "changed": False,
        "objects": [_as_result(standing) for standing in standings if standing.obj is not None],
        "duration": round(time.monotonic() - started, 3),
    }


def _goal(params: Params, options: WaitOptions) -> Goal:
    wanted = params.get("condition")
    if not wanted and not params.get("jmespath"):
        return by_state(params["state"], options.assess)
    if params["state"] != "healthy":
        raise InputError(f"condition and jmespath say what to wait for: leave out state: {params['state']}.")
    if wanted:
        return by_condition(wanted["type"], wanted["status"], wanted.get("reason") or "", options.assess)
    return by_jmespath(params["jmespath"], options.assess)


def wait_until_healthy(
    client: KubeClient,
    discovery: Discovery,
    refs: t.Sequence[ObjectRef],
    timeout: float,
    progress: t.Callable[[str], None],
    options: t.Optional[WaitOptions] = None,
) -> t.List[Health]:
    """The health of each object, in the order of `refs`. Raises WaitFailed with the reasons."""
    targets = [Target(ref, discovery.resource_for(ref.api_version, ref.kind)) for ref in refs]
    goal = by_state("healthy", options.assess) if options else HEALTHY
    standings = wait_for(client, discovery, targets, goal, options, timeout=timeout, progress=progress)
    found = {standing.target: standing.health for standing in standings}
    return [found[target] for target in targets]


def wait_for(
    client: KubeClient,
    discovery: Discovery,
    targets: t.Sequence[Target],
    goal: Goal,
    options: t.Optional[WaitOptions] = None,
    *,
    timeout: float,
    progress: t.Callable[[str], None],
) -> t.List[Standing]:
    """How everything stands once the goal is reached. Raises WaitFailed where it is not."""
    lines = Progress(progress)
    wait = Wait(client, discovery, targets, goal, lines, options.graces if options else None)
    lines.pods_of = wait.pods_of
    standings = wait.run(timeout)
    if all(standing.met for standing in standings):
        return standings
    raise _failure(wait, standings, goal, timeout, Diagnosis(client, discovery))


def _failure(
    wait: Wait, standings: t.Sequence[Standing], goal: Goal, timeout: float, diagnosis: Diagnosis
) -> WaitFailed:
    """What failed for good comes first; else what is overdue."""
    unmet = sorted((s for s in standings if not s.met), key=lambda s: not s.final)
    guilty = [s for s in unmet if s.final] or [s for s in unmet if s in wait.overdue] or unmet
    shown = guilty[:_EXPLAINED]
    if wait.lost:
        failures = [outline(standing) for standing in shown]
    else:
        failures = explain_all(diagnosis, [(standing, wait.pods_of(standing)) for standing in shown])
    lost = f" {wait.lost}" if wait.lost else ""
    seconds = [timeout if s.timeout is None else s.timeout for s in shown]
    return WaitFailed(
        _message(failures, seconds, goal, len(guilty) - len(failures)) + lost,
        timed_out=wait.timed_out,
        failures=failures,
        unmet=[_as_result(s) for s in unmet],
    )


def _message(failures: t.Sequence[Failure], seconds: t.Sequence[float], goal: Goal, more: int) -> str:
    said = [f"{f['target']} {_outcome(f, goal, after)}: {sentence(f)}" for f, after in zip(failures, seconds)]
    return " ".join(said) + (f" And {more} more objects." if more > 0 else "")


def _outcome(failure: Failure, goal: Goal, timeout: float) -> str:
    if failure["final"]:
        return "failed" if goal.wants_health else f"failed while waiting for {goal.name}"
    if goal.wants_health or goal.wants_absence:
        return f"is not {goal.name} after {timeout:g} s"
    return f"is not there after {timeout:g} s ({goal.name})"


def _as_result(standing: Standing) -> t.Dict[str, t.Any]:
    return {**standing.ref.as_result(), **standing.health.as_dict()}


VERB = Verb("k8s_wait", SPEC, run, hide=(*CONNECTION_HIDE, *SOURCES_HIDE, "objects"), imports=CONNECTION_IMPORTS)
