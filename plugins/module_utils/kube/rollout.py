# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at, restart, take back, pause, resume or scale workloads."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, sentence
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
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.back import take_back
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.change import Request, change_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.workload import Workload
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_until_healthy

STATES = ("status", "restart", "undo", "paused", "resumed", "scaled")
_TAKEN_BACK = ("restart", "undo", "resumed", "scaled")
#: Options that belong to one state.
_ONLY = {
    "to_revision": "undo",
    "replicas": "scaled",
    "current_replicas": "scaled",
    "resource_version": "scaled",
}
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "kind": {"type": "str", "choices": ["Deployment", "StatefulSet", "DaemonSet"], "default": "Deployment"},
        "name": {"type": "list", "elements": "str"},
        "label_selectors": {"type": "list", "elements": "str"},
        "namespace": {"type": "str", "default": "default"},
        "state": {"type": "str", "choices": list(STATES), "default": "status"},
        "to_revision": {"type": "int"},
        "replicas": {"type": "int"},
        "current_replicas": {"type": "int"},
        "resource_version": {"type": "str"},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float", "default": 120.0},
        "on_failure": {"type": "str", "choices": ["keep", "rollback"], "default": "keep"},
    },
    "required_if": [("state", "scaled", ("replicas",))],
    "required_one_of": [("name", "label_selectors")],
    "mutually_exclusive": [("name", "label_selectors")],
}


def run(params: Params, context: TaskContext) -> Result:
    _check(params)
    client = connect(params, context)
    discovery = Discovery(client)
    workloads = _find(client, discovery, params)
    request = _request(params)
    for workload in workloads:  # what cannot be asked of one stops the task before any is changed
        workload.change = change_for(request, workload.before, workload.revisions())
    run_all(lambda workload: workload.put(dry_run=context.check_mode), workloads)
    if not context.check_mode:
        _see_through(client, discovery, workloads, params, context)
    return _result(workloads, context)


def _see_through(
    client: KubeClient,
    discovery: Discovery,
    workloads: t.Sequence[Workload],
    params: Params,
    context: TaskContext,
) -> None:
    """Waits, and takes back what does not become healthy, if asked to. Raises with the whole result."""

    def wait(some: t.Sequence[Workload]) -> None:
        refs = [workload.ref for workload in some]
        wait_until_healthy(client, discovery, refs, params["wait_timeout"], context.progress)

    try:
        _refuse_failed(workloads)
        if params["wait"] and params["state"] != "paused":
            wait(workloads)
    except (ApplyFailed, WaitFailed) as failure:
        if params["on_failure"] == "rollback" and params["state"] in _TAKEN_BACK:
            story = take_back(workloads, wait, context.progress)
            failure.reword(f"{sentence(failure.message)} {story}")
            failure.details["rollback"] = story
        failure.details = {**_now(workloads, context), **failure.details}
        raise
    _look_again(workloads)


def _refuse_failed(workloads: t.Sequence[Workload]) -> None:
    failed = [workload for workload in workloads if workload.error]
    if failed:
        raise ApplyFailed(" ".join(sentence(f"{workload.ref}: {workload.error}") for workload in failed))


def _now(workloads: t.Sequence[Workload], context: TaskContext) -> Result:
    _look_again(workloads)
    return _result(workloads, context)


def _look_again(workloads: t.Sequence[Workload]) -> None:
    def look(workload: Workload) -> None:
        workload.after = workload.read()

    run_all(look, workloads)


def _result(workloads: t.Sequence[Workload], context: TaskContext) -> Result:
    result: Result = {
        "changed": any(workload.changed for workload in workloads),
        "workloads": run_all(lambda workload: workload.as_result(predicted=context.check_mode), workloads),
    }
    if context.check_mode:
        _refuse_failed(workloads)
    if context.diff:
        result["diff"] = [workload.diff() for workload in workloads if workload.changed]
    return result


def _find(client: KubeClient, discovery: Discovery, params: Params) -> t.List[Workload]:
    """By name in the order given, each once; or all of the namespace that fulfil every selector."""
    kind, namespace = params["kind"], params["namespace"]
    resource = discovery.resource_for("apps/v1", kind)
    if params.get("label_selectors"):
        selector = ",".join(params["label_selectors"])
        found = client.list(resource, namespace, label_selector=selector)["items"]
        if not found:
            raise InputError(f"No {kind} in namespace {namespace} has the labels {selector}.")
    else:
        names = list(dict.fromkeys(params["name"]))
        objects = run_all(lambda name: client.find(resource, name, namespace), names)
        missing = [ObjectRef("apps/v1", kind, namespace, n) for n, obj in zip(names, objects) if obj is None]
        if missing:
            verb = "does" if len(missing) == 1 else "do"
            raise InputError(f"{', '.join(map(str, missing))} {verb} not exist.")
        found = [obj for obj in objects if obj is not None]
    return [Workload(client, discovery, obj) for obj in found]


def _request(params: Params) -> Request:
    return Request(
        params["state"],
        params.get("replicas"),
        params.get("to_revision"),
        datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        params.get("current_replicas"),
        params.get("resource_version") or "",
    )


def _check(params: Params) -> None:
    for option, state in _ONLY.items():
        if params.get(option) is not None and params["state"] != state:
            raise InputError(f"{option} is only for state: {state}.")
    if (params.get("to_revision") or 0) < 0 or (params.get("replicas") or 0) < 0:
        raise InputError("to_revision and replicas cannot be negative.")
    if not (params.get("name") or params.get("label_selectors")):
        raise InputError("name is empty: name at least one workload, or give label_selectors.")
    if params["on_failure"] == "rollback" and not params["wait"]:
        raise InputError("on_failure: rollback needs wait: true: without it nobody sees a rollout fail.")


VERB = Verb("k8s_rollout", SPEC, run, hide=CONNECTION_HIDE, imports=CONNECTION_IMPORTS)
