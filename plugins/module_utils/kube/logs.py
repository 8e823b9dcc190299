# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what containers wrote: of a pod, of all pods of a workload, of all that selectors choose."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import (
    Params,
    Result,
    TaskContext,
    Verb,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
    options_from,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import open_pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import Http
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import name_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.containers import some, state_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.find import PodFinder
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.log import Log, LogReader, Slice
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.tail import share
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.query import safe_name

_MIB = 1024 * 1024
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "api_version": {"type": "str", "aliases": ["api", "version"]},
        "kind": {"type": "str", "default": "Pod"},
        "name": {"type": "str"},
        "namespace": {"type": "str", "default": "default"},
        "label_selectors": {"type": "list", "elements": "str"},
        "container": {"type": "str"},
        "all_containers": {"type": "bool", "default": False},
        "since_seconds": {"type": "int"},
        "tail_lines": {"type": "int"},
        "previous": {"type": "bool", "default": False},
        "timestamps": {"type": "bool", "default": False},
        "limit_bytes": {"type": "int", "default": _MIB},
    },
    "mutually_exclusive": [("name", "label_selectors"), ("container", "all_containers")],
    "required_one_of": [("name", "label_selectors")],
}


class LogsFailed(SlipwayError):
    """Some logs could not be read. `details` hold the others."""


def run(params: Params, context: TaskContext) -> Result:
    _check(params)
    http = Http(open_pool(options_from(params, context.env), context.env))
    client = KubeClient(http)
    discovery = Discovery(client)
    pods = PodFinder(client, discovery).chosen(params)
    if not pods:
        context.warn(f"k8s_logs: {_nothing(params)}")
    wanted = params.get("container") or ""
    places = [(pod, name) for pod in pods for name in some(pod, wanted, everything=params["all_containers"])]
    reader = LogReader(http, discovery.resource_for("v1", "Pod"), _slice(params, len(places)))
    logs = run_all(lambda place: reader.read(*place), places)
    return _result(places, logs)


def _check(params: Params) -> None:
    for option, least in (("since_seconds", 1), ("tail_lines", 0), ("limit_bytes", 1)):
        if params.get(option) is not None and params[option] < least:
            raise InputError(f"{option} is {params[option]}: it must be at least {least}.")
    for option in ("name", "namespace"):
        safe_name(option, params.get(option))


def _slice(params: Params, containers: int) -> Slice:
    return Slice(
        share(params["limit_bytes"], containers),
        previous=params["previous"],
        timestamps=params["timestamps"],
        since_seconds=params.get("since_seconds"),
        tail_lines=params.get("tail_lines"),
    )


def _nothing(params: Params) -> str:
    what = f"matches {','.join(params['label_selectors'])}" if params.get("label_selectors") else "belongs to it"
    who = "" if params.get("label_selectors") else f" ({params['kind']} {params['name']})"
    return f"no pod in {params['namespace']} {what}{who}."


def _result(places: t.Sequence[t.Tuple[Obj, str]], logs: t.Sequence[Log]) -> Result:
    """One shape, whatever the number of containers; `log` is all of them one after the other."""
    entries = [_entry(pod, container, log) for (pod, container), log in zip(places, logs)]
    whole = "".join(log.text if not log.text or log.text.endswith("\n") else log.text + "\n" for log in logs[:-1])
    whole += logs[-1].text if logs else ""
    result = {"changed": False, "logs": entries, "log": whole, "log_lines": whole.splitlines()}
    failed = [entry for entry, log in zip(entries, logs) if log.failed]
    if failed:
        said = [f"{entry['pod']}, container {entry['container']}: {entry['message']}" for entry in failed]
        raise LogsFailed(f"Not all logs could be read. {' '.join(said)}", **result)
    return result


def _entry(pod: Obj, container: str, log: Log) -> t.Dict[str, t.Any]:
    state, why = state_of(pod, container)
    return {
        "namespace": text(pod, "metadata", "namespace"),
        "pod": name_of(pod),
        "container": container,
        "node": text(pod, "spec", "nodeName"),
        "state": state,
        "message": log.problem or why,
        "log": log.text,
        "log_lines": log.text.splitlines(),
        "truncated": log.truncated,
    }


VERB = Verb("k8s_logs", SPEC, run, hide=CONNECTION_HIDE, imports=CONNECTION_IMPORTS)
