# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `swarm_cluster`: the settings of a swarm and all of its nodes, by one of its managers."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import (
    MANAGER,
    Membership,
    Node,
    read_membership,
    read_nodes,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.plan import (
    PRESENT,
    Change,
    Wish,
    check_quorum,
    check_wishes,
    plan,
    undecided,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.settings import FRESH, differing, wanted_spec
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.vacate import vacate

_PAUSE = 0.5
_ROTATIONS = ("rotate_worker_token", "rotate_manager_token", "rotate_unlock_key")
_CONFLICT = "update out of sequence"
_ATTEMPTS = 5


def run(params: Params, context: TaskContext) -> Result:
    api = EngineApi(unix_sender(context.env))
    wishes = [Wish(**{k: v for k, v in item.items() if v is not None}) for item in params["nodes"]]
    check_wishes(wishes)
    member = read_membership(api)
    if context.check_mode and not member.manager:
        return _predict_fresh(params, wishes)
    _require_quorum(member)
    live = api.get("/swarm")
    wanted = wanted_spec(live["Spec"], params["settings"] or {})
    settings = differing(live["Spec"], wanted)
    nodes = _decided(api, member.nodes, wishes, params["timeout"], context)
    changes = plan(nodes, wishes, **_rules(params))
    check_quorum(nodes, changes)
    rotated = [name for name in _ROTATIONS if params[name]] + (["rotate_ca"] if params["rotate_ca"] else [])
    if not context.check_mode:
        _update_swarm(api, live, wanted, settings, params)
        _apply(api, changes, params["timeout"], context)
        _await_ready(api, wishes, params["timeout"], context)
    return _result(settings, changes, rotated, read_nodes(api))


def _decided(
    api: EngineApi, nodes: t.Sequence[Node], wishes: t.Sequence[Wish], timeout: float, context: TaskContext
) -> t.Sequence[Node]:
    """After an election the leader gives every node some time to call before it takes it for dead."""
    end, told = time.monotonic() + timeout, False
    while undecided(nodes, wishes) and time.monotonic() < end:
        if not told:
            context.progress(f"waiting for the leader to know what is with {', '.join(undecided(nodes, wishes))}")
        told = True
        time.sleep(_PAUSE)
        nodes = read_nodes(api)
    return nodes


def _rules(params: Params) -> t.Dict[str, bool]:
    return {
        "remove_unlisted": params["unlisted"] == "remove",
        "replace_labels": params["labels_state"] == "replace",
    }


def _predict_fresh(params: Params, wishes: t.Sequence[Wish]) -> Result:
    """Check mode before there is a swarm: what would differ from one that was just made."""
    fresh = [Wish(**{**vars(wish), "id": "", "availability": None}) for wish in wishes if wish.state == PRESENT]
    settings = differing(FRESH, wanted_spec(FRESH, params["settings"] or {}))
    return _result(settings, plan((), fresh, **_rules(params)), [], ())


def _require_quorum(member: Membership) -> None:
    if not member.manager:
        raise SlipwayError(f"{member.name} is no manager of a swarm: run this on one.")
    if not member.quorum:
        raise SlipwayError(
            f"The managers of the swarm have lost their quorum ({member.error or 'no leader'}): start those that are"
            " down, or make a new cluster of this one's data ('force_new_cluster' of swarm_node)."
        )


def _update_swarm(
    api: EngineApi, live: t.Mapping[str, t.Any], wanted: t.Dict[str, t.Any], settings: t.Any, params: Params
) -> None:
    if params["rotate_ca"]:
        authority = wanted.get("CAConfig") or {}
        wanted["CAConfig"] = {**authority, "ForceRotate": int(authority.get("ForceRotate") or 0) + 1}
    if not settings and not params["rotate_ca"] and not any(params[name] for name in _ROTATIONS):
        return
    words = {
        "rotateWorkerToken": params["rotate_worker_token"],
        "rotateManagerToken": params["rotate_manager_token"],
        "rotateManagerUnlockKey": params["rotate_unlock_key"],
    }
    try:
        api.post("/swarm/update", wanted, version=live["Version"]["Index"], **words)
    except ApiError as exc:
        raise SlipwayError(f"The swarm's settings could not be changed: {exc.message}") from exc


def _apply(api: EngineApi, changes: t.Sequence[Change], timeout: float, context: TaskContext) -> None:
    for change in changes:
        if change.remove:
            _remove(api, change, timeout, context)
        else:
            _update(api, change)
            if change.availability == "drain" and change.node.availability != "drain":
                vacate(api, change.node, timeout, context.progress)


def _remove(api: EngineApi, change: Change, timeout: float, context: TaskContext) -> None:
    """Drained and demoted first. A node that left by itself, or is dead, has nothing more to say."""
    node = change.node
    # One that the raft does not know (any more: the cluster was made anew without it) cannot be demoted, and need not.
    if node.reachability or (not change.dead and node.availability != "drain"):
        _update(api, change)
    if not change.dead:
        vacate(api, node, timeout, context.progress)
    end = time.monotonic() + timeout
    while True:
        try:
            api.delete(f"/nodes/{node.id}", force=True)
            return
        except ApiError as exc:
            # A demotion is an order: the manager steps down a moment later.
            if "is a cluster manager" not in exc.message or time.monotonic() >= end:
                raise SlipwayError(f"{node.hostname} could not be removed: {exc.message}") from exc
        time.sleep(_PAUSE)


def _update(api: EngineApi, change: Change) -> None:
    """Each update names the version that it changes: the engine itself may have made a new one meanwhile."""
    for attempt in reversed(range(_ATTEMPTS)):
        live = api.get(f"/nodes/{change.node.id}")
        spec = {**(live.get("Spec") or {}), **change.spec()}
        try:
            api.post(f"/nodes/{change.node.id}/update", spec, version=live["Version"]["Index"])
            return
        except ApiError as exc:
            if _CONFLICT not in exc.message or not attempt:
                raise SlipwayError(f"{change.node.hostname} could not be changed: {exc.message}") from exc
        time.sleep(_PAUSE)


def _await_ready(api: EngineApi, wishes: t.Sequence[Wish], timeout: float, context: TaskContext) -> None:
    """All listed nodes are ready, and managers are heard: what the next step builds upon."""
    end, told = time.monotonic() + timeout, ""
    while True:
        waiting = _not_ready(read_nodes(api), wishes)
        if not waiting:
            return
        if time.monotonic() >= end:
            raise SlipwayError(f"Not all nodes were ready within {timeout:g} s: {', '.join(waiting)}.")
        line = f"waiting for {len(waiting)} of {len(wishes)} nodes: {', '.join(waiting)}"
        if line != told:
            context.progress(line)
        told = line
        time.sleep(_PAUSE)


def _not_ready(nodes: t.Sequence[Node], wishes: t.Sequence[Wish]) -> t.List[str]:
    by_id = {node.id: node for node in nodes}
    found = []
    for wish in wishes:
        node = by_id.get(wish.id)
        if wish.state != PRESENT or node is None:
            continue
        if node.state != "ready":
            found.append(f"{wish.name} is {node.state}")
        elif (node.reachability == "reachable") != (node.role == MANAGER):
            found.append(f"{wish.name} becomes a {node.role}" if not node.reachability else f"{wish.name} is silent")
    return found


def _result(
    settings: t.Mapping[str, t.Any], changes: t.Sequence[Change], rotated: t.Sequence[str], nodes: t.Sequence[Node]
) -> Result:
    lines = [f"setting {name} -> {value}" for name, value in settings.items()]
    lines += [f"{change.node.hostname}: {reason}" for change in changes for reason in change.reasons]
    return {
        "changed": bool(settings or changes or rotated),
        "settings": dict(settings),
        "changes": [change.shown() for change in changes],
        "rotated": list(rotated),
        "nodes": [node.shown() for node in nodes],
        "diff": {"before": "", "after": "".join(f"{line}\n" for line in lines)},
    }


_NODE_SPEC = {
    "name": {"type": "str", "required": True},
    "id": {"type": "str", "default": ""},
    "role": {"type": "str", "choices": ["manager", "worker"], "default": "worker"},
    "availability": {"type": "str", "choices": ["active", "pause", "drain"]},
    "labels": {"type": "dict", "default": {}},
    "state": {"type": "str", "choices": ["present", "leaving", "absent"], "default": "present"},
}
_SETTINGS_SPEC = {
    "autolock": {"type": "bool"},
    "node_cert_expiry": {"type": "str"},
    "dispatcher_heartbeat": {"type": "str"},
    "task_history_limit": {"type": "int"},
    "snapshot_interval": {"type": "int"},
    "keep_old_snapshots": {"type": "int"},
}
SWARM_CLUSTER = Verb(
    name="swarm_cluster",
    run=run,
    spec={
        "argument_spec": {
            "nodes": {"type": "list", "elements": "dict", "default": [], "options": _NODE_SPEC},
            "settings": {"type": "dict", "options": _SETTINGS_SPEC},
            "unlisted": {"type": "str", "choices": ["keep", "remove"], "default": "keep"},
            "labels_state": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
            "rotate_worker_token": {"type": "bool", "default": False, "no_log": False},
            "rotate_manager_token": {"type": "bool", "default": False, "no_log": False},
            "rotate_unlock_key": {"type": "bool", "default": False, "no_log": False},
            "rotate_ca": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 120},
        }
    },
)
