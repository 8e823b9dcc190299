# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `swarm_backup`: a manager's raft state to an archive, and back."""

from __future__ import annotations

import contextlib
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.joining import is_local
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.locking import is_locked
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import (
    ACTIVE,
    INACTIVE,
    LOCKED,
    Membership,
    read_membership,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.raft_state import (
    address_in,
    check_archive,
    is_locked_archive,
    is_made_of,
    managers_in,
    unpack,
    write_archive,
)

_LOCK = Path("/run/slipway/swarm.lock")
_PAUSE = 0.5
#: systemd starts the engine again though we are killed: it is the timer's business, not ours.
_GUARD = "slipway-swarm-engine"
_UNITS = ("docker.socket", "docker.service")


def run(params: Params, context: TaskContext) -> Result:
    api = EngineApi(unix_sender(context.env))
    work = _back_up if params["state"] == "saved" else _restore
    if context.check_mode:
        return work(api, params, context)
    with exclusive(_LOCK, "this host's swarm", wait=params["timeout"], progress=context.progress):
        return work(api, params, context)


def _back_up(api: EngineApi, params: Params, context: TaskContext) -> Result:
    archive = Path(params["path"])
    if not archive.parent.is_dir():
        raise InputError(f"path: there is no directory {archive.parent} on this host.")
    member = read_membership(api)
    check_may_stop(member, params["allow_outage"])
    if not context.check_mode:
        with _stopped(api, params["timeout"], context, alone=False):
            write_archive(_state(params), archive)
    locks = is_locked(_state(params))
    name = f"{member.cluster_id}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.tar.gz"
    return {
        "changed": True,
        "path": str(archive),
        "name": name,
        "cluster_id": member.cluster_id,
        "locks": locks,
        "restorable": not locks or sum(node.role == "manager" for node in member.nodes) == 1,
    }


def check_may_stop(member: Membership, allow_outage: bool) -> None:
    """A manager whose engine may be stopped for a moment, or the sentence why not. Pure."""
    if member.state != ACTIVE or not member.manager:
        raise InputError(f"{member.name} is no manager of a swarm: there is nothing to back up.")
    if allow_outage:
        return
    votes = [node for node in member.nodes if node.votes]
    managers = [node for node in member.nodes if node.role == "manager"]
    if len(votes) - 1 < len(managers) // 2 + 1:
        raise SlipwayError(
            f"{member.name}'s engine must be stopped for a consistent backup, and without it {len(votes) - 1} of"
            f" {len(managers)} managers would be left, which is no majority: bring the others back, or allow an outage"
            " ('allow_outage')."
        )


def _restore(api: EngineApi, params: Params, context: TaskContext) -> Result:
    archive = Path(params["path"])
    check_archive(archive)
    check_address(archive)
    check_lock(archive)
    member = read_membership(api)
    result = {"changed": True, "path": str(archive), "cluster_id": "", "locks": is_locked_archive(archive)}
    if member.state != INACTIVE and is_made_of(archive, _state(params)):
        return {**result, "changed": False}
    if member.state != INACTIVE and not params["force"]:
        raise SlipwayError(
            f"{member.name} is in a swarm already ({member.state}): take it out first, or restore over it by 'force'."
        )
    if not context.check_mode:
        with _stopped(api, params["timeout"], context, alone=True):
            unpack(archive, _state(params))
    return result


def check_address(archive: Path) -> None:
    """A manager that comes back elsewhere is found by nobody: its address is part of the state."""
    address = address_in(archive)
    if address and address[0].isdigit() and not is_local(address.partition(":")[0]):
        raise InputError(
            f"path: {archive} is the state of the manager at {address}, and this host does not have that address:"
            " restore it there, or on a host that takes its address."
        )


def check_lock(archive: Path) -> None:
    """One of several managers needs a new cluster to be made of its state, and Docker makes none of a locked one."""
    managers = managers_in(archive)
    if managers > 1 and is_locked_archive(archive):
        raise InputError(
            f"path: {archive} is the state of one of {managers} managers of a swarm that locks them (autolock), and"
            " Docker cannot make a new cluster of such a state: restore a backup from a time without autolock."
        )


def _state(params: Params) -> Path:
    return Path(params["data_root"]) / "swarm"


@contextlib.contextmanager
def _stopped(api: EngineApi, timeout: float, context: TaskContext, *, alone: bool) -> t.Iterator[None]:
    """The engine is down inside, and up again after: by us, or by a timer of systemd's where we are killed."""
    run = runner(context.env)
    run(["systemctl", "stop", f"{_GUARD}.timer"])
    guard = ["systemd-run", f"--unit={_GUARD}", "--collect", f"--on-active={int(timeout)}s"]
    _did(run([*guard, "systemctl", "start", *_UNITS]), "be guarded")
    context.progress("stopping the engine")
    try:
        _did(run(["systemctl", "stop", *_UNITS]), "be stopped")
        yield
    finally:
        context.progress("starting the engine")
        _did(run(["systemctl", "start", *_UNITS]), "be started again")
        run(["systemctl", "stop", f"{_GUARD}.timer"])
    _await(api, timeout, alone=alone)


def _await(api: EngineApi, timeout: float, *, alone: bool) -> None:
    """The engine answers, and hears of a leader, unless it is a restored one and alone."""
    end = time.monotonic() + min(timeout, 30.0)
    while time.monotonic() < end:
        with contextlib.suppress(SlipwayError):
            member = read_membership(api)
            if member.state == LOCKED or (member.state == ACTIVE and member.quorum) or (alone and member.manager):
                return
        time.sleep(_PAUSE)


def _did(done: t.Any, what: str) -> None:
    if not done.ok:
        raise SlipwayError(f"The engine could not {what}: {done.tail(3)}")


SWARM_BACKUP = Verb(
    name="swarm_backup",
    run=run,
    spec={
        "argument_spec": {
            "path": {"type": "path", "required": True},
            "state": {"type": "str", "choices": ["saved", "restored"], "default": "saved"},
            "data_root": {"type": "path", "default": "/var/lib/docker"},
            "allow_outage": {"type": "bool", "default": False},
            "force": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 120},
        }
    },
)
