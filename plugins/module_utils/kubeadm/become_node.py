# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `kubeadm_node`: this host becomes a control plane or a worker, once, whatever happened before."""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm import api
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.plan import (
    FOREIGN,
    MADE,
    MAKING,
    NodeFacts,
    init_steps,
    join_steps,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.program import Kubeadm
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.record import NodeRecord

_INIT_OPTIONS = ("--skip-token-print", "--skip-certificate-key-print")


def become_node(params: Params, context: TaskContext) -> Result:
    """Decide under the lock: a run that was killed may have left a kubeadm which still works."""
    record = NodeRecord()
    if context.check_mode:
        return _result(_steps(params, context, record.facts(), record), record)
    with record.locked(params["lock_timeout"]) as held:
        steps = _steps(params, context, record.facts(), record)
        kubeadm = Kubeadm(params["kubeadm"], held)
        for step in steps:
            _STEPS[step](kubeadm, record, params)
    if params["command"] == "init":
        api.await_ready(params["kubectl"], record.admin_conf, runner(context.env), params["api_timeout"])
        _warn_of_other_settings(params, context, record)
    return _result(steps, record)


def _steps(params: Params, context: TaskContext, facts: NodeFacts, record: NodeRecord) -> tuple[str, ...]:
    if params["command"] == "join":
        return join_steps(facts, params["cluster_ca_sha256"])
    answers = facts.state == FOREIGN and api.ready(params["kubectl"], record.admin_conf, runner(context.env)).ok
    return init_steps(facts, answers)


def _reset(kubeadm: Kubeadm, record: NodeRecord, params: Params) -> None:
    del record
    kubeadm.run("reset", "--force", f"--cri-socket={params['cri_socket']}")


def _init(kubeadm: Kubeadm, record: NodeRecord, params: Params) -> None:
    _make(kubeadm, record, params, *_INIT_OPTIONS)


def _join(kubeadm: Kubeadm, record: NodeRecord, params: Params) -> None:
    _make(kubeadm, record, params)


def _make(kubeadm: Kubeadm, record: NodeRecord, params: Params, *options: str) -> None:
    record.note(MAKING)
    kubeadm.run_with_config(params["command"], params["config"], *options)
    record.note(MADE, _hash(params["config"]))


def _adopt(kubeadm: Kubeadm, record: NodeRecord, params: Params) -> None:
    del kubeadm, params
    record.note(MADE)


_STEPS: dict[str, t.Callable[[Kubeadm, NodeRecord, Params], None]] = {
    "reset": _reset,
    "init": _init,
    "join": _join,
    "adopt": _adopt,
}


def _warn_of_other_settings(params: Params, context: TaskContext, record: NodeRecord) -> None:
    """A node that is made keeps its settings: say so, rather than let somebody believe that they were applied."""
    made_with = record.config()
    if made_with and made_with != _hash(params["config"]):
        context.warn(
            "The settings of the control plane, the kubelet or kube-proxy differ from those that this cluster was made"
            " with: they are not applied to a cluster that runs."
        )


def _hash(config: str) -> str:
    return hashlib.sha256(config.encode()).hexdigest()


def _result(steps: tuple[str, ...], record: NodeRecord) -> Result:
    return {"changed": bool(steps), "steps": list(steps), "ca_sha256": record.facts().ca}


KUBEADM_NODE = Verb(
    name="kubeadm_node",
    spec={
        "argument_spec": {
            "command": {"type": "str", "required": True, "choices": ["init", "join"]},
            "config": {"type": "str", "required": True},
            "cluster_ca_sha256": {"type": "str", "default": ""},
            "cri_socket": {"type": "str", "default": "unix:///run/containerd/containerd.sock"},
            "kubeadm": {"type": "path", "default": "kubeadm"},
            "kubectl": {"type": "path", "default": "kubectl"},
            "api_timeout": {"type": "int", "default": 120},
            "lock_timeout": {"type": "int", "default": 600},
        }
    },
    run=become_node,
    hide=("config",),
)
