# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `swarm_node`: this host makes a swarm, joins one, or leaves it."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.joining import (
    is_local,
    join_body,
    reachable_manager,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import (
    ACTIVE,
    INACTIVE,
    LOCKED,
    PENDING,
    Membership,
    read_membership,
)

_LOCK = Path("/run/slipway/swarm.lock")
_PAUSE = 0.25
#: What a manager says while another one is being added: raft takes one change of its members at a time.
_BUSY = ("too many pending", "cannot change membership", "no leader", "not have a leader", "deadline exceeded")

INIT, JOIN, LEAVE, UNLOCK, FORCE = "init", "join", "leave", "unlock", "force_new_cluster"


def run(params: Params, context: TaskContext) -> Result:
    """Decide from what the engine says, under a lock: a killed run's engine may still be at work."""
    api = EngineApi(unix_sender(context.env))
    if context.check_mode:
        return _result(steps_for(params, read_membership(api)), read_membership(api))
    with exclusive(_LOCK, "this host's swarm", wait=params["timeout"], progress=context.progress):
        steps = steps_for(params, _settled(api, params["timeout"]))
        for step in steps:
            context.progress(step.replace("_", " "))
            _STEPS[step](api, params)
        member = _settled(api, params["timeout"])
    return _result(steps, member)


def steps_for(params: Params, member: Membership) -> t.Tuple[str, ...]:
    """What is due; an error where only a person can decide. Pure."""
    if params["state"] == "absent":
        return () if member.state == INACTIVE else (LEAVE,)
    if member.state == LOCKED:
        _require_key(params, member)
        return (UNLOCK,)
    if params["state"] == "unlocked":
        return ()
    if params["force_new_cluster"] and not member.quorum:
        _require_data(member)
        return (FORCE,)
    make = JOIN if params["join"] else INIT
    stays = member.state in (ACTIVE, PENDING) and not params["rejoin"]
    return () if stays else (make,) if member.state == INACTIVE else (LEAVE, make)


def _require_key(params: Params, member: Membership) -> None:
    if not params["unlock_key"]:
        where = params["unlock_key_file"] or "'unlock_key'"
        raise SlipwayError(
            f"{member.name} is locked: its engine was restarted, and the swarm locks its managers. Put the unlock key"
            f" ('docker swarm unlock-key' on another manager) into {where} and run again."
        )


def _require_data(member: Membership) -> None:
    """An engine without a swarm's data would make an empty one, and one whose data is locked would lose its node."""
    if not member.manager:
        raise InputError(
            f"force_new_cluster: {member.name} is no manager of a swarm, so it has no data to make a new cluster from."
            " Run it on one that is, or leave the option out."
        )
    if member.locks:
        raise SlipwayError(
            f"{member.name} has the data of a swarm that locks its managers (autolock), and Docker cannot make a new"
            " cluster of such data: bring back managers until a majority is there. Where they are gone for good, the"
            " swarm must be made anew and its stacks deployed again."
        )


def _settled(api: EngineApi, timeout: float) -> Membership:
    """An engine that is about to join (or was, when a run was killed) is waited for."""
    end = time.monotonic() + timeout
    while True:
        member = read_membership(api)
        # A manager alone with the data of several is pending for as long as it is alone.
        electing = member.state in (ACTIVE, PENDING) and member.manager and not member.quorum
        if (member.state != PENDING and not electing) or time.monotonic() >= end:
            return member
        if electing and time.monotonic() >= end - timeout + min(timeout, _ELECTION):
            return member
        time.sleep(_PAUSE)


#: Seconds in which managers that can see each other have chosen a leader.
_ELECTION = 15.0


def _init(api: EngineApi, params: Params) -> None:
    body = {
        "ListenAddr": params["listen_addr"],
        "AdvertiseAddr": params["advertise_addr"] or "",
        "DataPathAddr": params["data_path_addr"] or "",
        "DataPathPort": params["data_path_port"],
        "DefaultAddrPool": params["default_addr_pool"],
        "SubnetSize": params["subnet_size"],
        "Availability": params["availability"],
        "Spec": {},
    }
    _asked(lambda: api.post("/swarm/init", body), "The swarm could not be made")


def _force(api: EngineApi, params: Params) -> None:
    member = read_membership(api)
    body = {
        "ForceNewCluster": True,
        "ListenAddr": params["listen_addr"],
        # A state that was restored here may be another host's: its address is not ours then.
        "AdvertiseAddr": params["advertise_addr"] or (member.address if is_local(member.address) else ""),
        "Spec": {},
    }
    _asked(lambda: api.post("/swarm/init", body), "A new cluster could not be forced from this manager's data")


def _join(api: EngineApi, params: Params) -> None:
    token = params["join"]["token"]
    if not token:
        raise InputError("join: give the join token, in 'token' or by 'token_file'.")
    addresses = params["join"]["remote_addrs"]
    name = str(api.get("/info").get("Name"))
    first = reachable_manager(addresses, name)
    body = join_body(params, [first, *(a for a in addresses if a != first)])
    end = time.monotonic() + params["timeout"]
    while True:
        try:
            api.post("/swarm/join", body)
            return
        except ApiError as exc:
            said = scrub(exc.message, [token])
            if not any(word in said for word in _BUSY) or time.monotonic() >= end:
                raise SlipwayError(f"{name} could not join the swarm at {first}: {said}") from exc
        time.sleep(1.0)
        if read_membership(api).state != INACTIVE:
            api.post("/swarm/leave", force=True)


def _leave(api: EngineApi, params: Params) -> None:
    del params
    _asked(lambda: api.post("/swarm/leave", force=True), "This host could not leave its swarm")


def _unlock(api: EngineApi, params: Params) -> None:
    key = params["unlock_key"]
    try:
        api.post("/swarm/unlock", {"UnlockKey": key})
    except ApiError as exc:
        name = str(api.get("/info").get("Name"))
        raise SlipwayError(
            f"{name} could not be unlocked: {scrub(exc.message, [key])}. Was the key rotated while it was down?"
        ) from exc


_STEPS: t.Dict[str, t.Callable[[EngineApi, Params], None]] = {
    INIT: _init,
    JOIN: _join,
    LEAVE: _leave,
    UNLOCK: _unlock,
    FORCE: _force,
}


def _asked(call: t.Callable[[], t.Any], what: str) -> None:
    try:
        call()
    except ApiError as exc:
        raise SlipwayError(f"{what}: {exc.message}") from exc


def _result(steps: t.Sequence[str], member: Membership) -> Result:
    return {"changed": bool(steps), "steps": list(steps), **member.shown()}


SWARM_NODE = Verb(
    name="swarm_node",
    run=run,
    spec={
        "argument_spec": {
            "state": {"type": "str", "choices": ["present", "unlocked", "absent"], "default": "present"},
            "join": {
                "type": "dict",
                "no_log": False,
                "options": {
                    "remote_addrs": {"type": "list", "elements": "str", "required": True},
                    "token": {"type": "str", "no_log": True},
                    "token_file": {"type": "path", "no_log": False},
                },
            },
            "advertise_addr": {"type": "str"},
            "listen_addr": {"type": "str", "default": "0.0.0.0:2377"},
            "data_path_addr": {"type": "str"},
            "data_path_port": {"type": "int", "default": 4789},
            "default_addr_pool": {"type": "list", "elements": "str", "default": []},
            "subnet_size": {"type": "int", "default": 24},
            "availability": {"type": "str", "choices": ["active", "pause", "drain"], "default": "active"},
            "force_new_cluster": {"type": "bool", "default": False},
            "rejoin": {"type": "bool", "default": False},
            "unlock_key": {"type": "str", "no_log": True},
            "unlock_key_file": {"type": "path", "no_log": False},
            "timeout": {"type": "int", "default": 60},
        }
    },
)
