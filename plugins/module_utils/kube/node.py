# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cordon, uncordon or drain nodes; set their taints, labels and annotations."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import connect
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.emptying import Emptying
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.fleet import Fleet, Member
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.pods import title
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.wish import EFFECTS, shown, wish_from

STATES = ("present", "cordoned", "uncordoned", "drained")
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "name": {"type": "list", "elements": "str"},
        "label_selectors": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": list(STATES), "default": "present"},
        "taints": {
            "type": "list",
            "elements": "dict",
            "options": {
                "key": {"type": "str", "required": True, "no_log": False},
                "value": {"type": "str"},
                "effect": {"type": "str", "choices": list(EFFECTS)},
                "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            },
        },
        "labels": {"type": "dict"},
        "annotations": {"type": "dict"},
        "pod_selectors": {"type": "list", "elements": "str"},
        "delete_options": {
            "type": "dict",
            "options": {
                "force": {"type": "bool", "default": False},
                "delete_emptydir_data": {"type": "bool", "default": False},
                "ignore_daemonsets": {"type": "bool", "default": True},
                "disable_eviction": {"type": "bool", "default": False},
                "terminate_grace_period": {"type": "int"},
            },
        },
        "wait_timeout": {"type": "float", "default": 300.0},
    },
    "required_one_of": [("name", "label_selectors")],
    "mutually_exclusive": [("name", "label_selectors")],
}


def run(params: Params, context: TaskContext) -> Result:
    wish = wish_from(params)
    _check(params)
    client = connect(params, context)
    discovery = Discovery(client)
    fleet = Fleet(client, discovery)
    members = fleet.find(params.get("name") or [], params.get("label_selectors") or [])
    emptying = Emptying(client, discovery, params, context) if params["state"] == "drained" else None
    pods = emptying.check([member.name for member in members]) if emptying else {}
    fleet.predict(members, wish)
    if not context.check_mode:
        fleet.change(members, wish)
    result: Result = {
        "changed": any(member.changed for member in members),
        "nodes": [{"name": m.name, **shown(m.after, wish), "changed": m.changed} for m in members],
    }
    if context.diff:
        result["diff"] = [_diff(m, wish, [title(p) for p in pods.get(m.name, [])]) for m in members]
    _raise_failed(members, result)
    return emptying.empty(members, pods, result) if emptying else result


def _raise_failed(members: t.Sequence[Member], result: Result) -> None:
    """Some nodes were changed, others not: the result says which."""
    failed = [member for member in members if member.error]
    if failed:
        raise ApplyFailed(" ".join(sentence(f"Node {m.name}: {m.error}") for m in failed), **result)


def _check(params: Params) -> None:
    if not (params.get("name") or params.get("label_selectors")):
        # An empty list must not mean every node of the cluster.
        raise InputError("name is empty: name at least one node, or give label_selectors.")
    if params["state"] != "drained":
        for option in ("delete_options", "pod_selectors"):
            if params.get(option):
                raise InputError(f"{option} is only for state: drained.")
    grace = (params.get("delete_options") or {}).get("terminate_grace_period")
    if grace is not None and grace < 0:
        raise InputError("terminate_grace_period cannot be negative.")


def _diff(member: Member, wish: t.Any, pods: t.Sequence[str]) -> t.Dict[str, t.Any]:
    """Pods stand in it, where the task drains: before with their names, after without."""
    before, after = shown(member.before, wish), shown(member.after, wish)
    if pods:
        before, after = {**before, "pods": list(pods)}, {**after, "pods": []}
    header = f"Node {member.name}"
    return {"before_header": header, "after_header": header, "before": before, "after": after}


VERB = Verb("k8s_node", SPEC, run, hide=CONNECTION_HIDE, imports=CONNECTION_IMPORTS)
