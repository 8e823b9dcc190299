# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies or removes any number of objects: the verb of `k8s_apply`."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient, connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.delete import delete_all, plan_deletion
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import ApplyFailed, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.execute import Executor
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.outcome import result_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.plan import ApplyOptions, Planner
from ansible_collections.slipway.deploy.plugins.module_utils.kube.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import capabilities_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import (
    SOURCE_OPTIONS,
    SOURCES_HIDE,
    SOURCES_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import read_manifests
from ansible_collections.slipway.deploy.plugins.module_utils.kube.step import FAILED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_until_healthy

#: So many failures make a message; a thousand would hide it.
_TOLD = 5
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        **SOURCES_SPEC,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "namespace": {"type": "str"},
        "field_manager": {"type": "str", "default": "slipway"},
        "force_conflicts": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "int", "default": 120},
    },
    "required_one_of": [SOURCE_OPTIONS],
}


def run(params: Params, context: TaskContext) -> Result:
    manifests = read_manifests(params, context, lambda: capabilities_of(*_cluster(params, context)))
    client, discovery = _cluster(params, context)
    if params["state"] == "absent":
        return remove_manifests(manifests, client, discovery, params, context)
    return apply_manifests(manifests, client, discovery, params, context)


def _cluster(params: Params, context: TaskContext) -> t.Tuple[KubeClient, Discovery]:
    client = connect(params, context)
    return client, Discovery(client)


def apply_manifests(
    manifests: t.Sequence[Manifest], client: KubeClient, discovery: Discovery, params: Params, context: TaskContext
) -> Result:
    options = ApplyOptions(params["field_manager"], params["force_conflicts"])
    steps = resolve(manifests, discovery, params.get("namespace") or "")
    Planner(client, options).plan(steps)
    _stop_on_failure(steps, context, "Nothing was changed.", sent=False)
    if not context.check_mode:
        Executor(client, discovery, options).execute(steps, context.progress)
        _stop_on_failure(steps, context, "The others were applied, but for those that come after.", sent=True)
        if params["wait"]:
            with_result(lambda: _wait(steps, client, discovery, params, context), steps, context)
    return result_of(steps, context.diff)


def _wait(
    steps: t.Sequence[Step], client: KubeClient, discovery: Discovery, params: Params, context: TaskContext
) -> None:
    refs = [s.manifest.ref for s in steps]
    wait_until_healthy(client, discovery, refs, float(params["wait_timeout"]), context.progress)


def remove_manifests(
    manifests: t.Sequence[Manifest], client: KubeClient, discovery: Discovery, params: Params, context: TaskContext
) -> Result:
    steps = resolve(manifests, discovery, params.get("namespace") or "", unknown_ok=True)
    plan_deletion(client, steps)
    _stop_on_failure(steps, context, "Nothing was deleted.", sent=False)
    if not context.check_mode:
        timeout = float(params["wait_timeout"]) if params["wait"] else None
        with_result(lambda: delete_all(client, discovery, steps, timeout, context.progress), steps, context)
        _stop_on_failure(steps, context, "The others were deleted.", sent=True)
    return result_of(steps, context.diff)


def with_result(work: t.Callable[[], None], steps: t.Sequence[Step], context: TaskContext) -> None:
    """What was done is told even where waiting for it failed."""
    try:
        work()
    except WaitFailed as exc:
        exc.details = {**exc.details, **result_of(steps, context.diff)}
        raise


def _stop_on_failure(steps: t.Sequence[Step], context: TaskContext, rest: str, *, sent: bool) -> None:
    failed = [s.error for s in steps if s.action == FAILED]
    if not failed:
        return
    told = " ".join(sentence(error) for error in failed[:_TOLD])
    if len(steps) > 1:
        more = f" ({_TOLD} of them are told here, all are in the result)" if len(failed) > _TOLD else ""
        told += f" {len(failed)} of {len(steps)} objects failed{more}. {rest}"
    raise ApplyFailed(told, **result_of(steps, context.diff, sent=sent))


VERB = Verb(
    name="k8s_apply",
    spec=SPEC,
    run=run,
    hide=(*CONNECTION_HIDE, *SOURCES_HIDE),
    imports=CONNECTION_IMPORTS,
)
