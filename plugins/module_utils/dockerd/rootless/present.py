# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user's engine made to run, with this configuration."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.bring_up import Guard, bring_up
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import found
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.decide import Decision
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import Files, engine_files
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.client import Client
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.host_parts import grant, missing_grants
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.known import known, remember
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.unit import unit
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.user_service import UserService
from ansible_collections.slipway.deploy.plugins.module_utils.host.acting import acting_as, as_user

#: The host's own, by docker_host_registry_cas: users trust the same.
AUTHORITIES = Path("/etc/docker/certs.d")


def make(account: Account, script: str, params: Params, run: Runner, context: TaskContext) -> Result:
    """First what only root can grant, then everything of the user's own with the user's rights."""
    due = missing_grants(account)
    unknown = account.name not in known()
    if not context.check_mode:
        remember(
            account.name, due.linger
        )  # before: a run that is killed in between leaves nothing that nobody knows of
        grant(account, due, run)
    service = UserService(run, account)
    with acting_as(account):
        linked = _trust(account, context.check_mode)
        settings = _settings(account, params)
        files = engine_files(settings, found(account.unit, unit(script, params["environment"])))
        engine = bring_up(settings, service, files, context, _guard(account, params, context))
        told = _tell_client(Client(as_user(run, account, account.env)), account, context.check_mode)
    reasons = [*due.names, *engine["reasons"]]
    changed = bool(due.names or unknown or linked or told or engine["changed"])
    return {
        **engine,
        "user": account.name,
        "socket": f"unix://{account.socket}",
        "reasons": reasons,
        "changed": changed,
    }


def _settings(account: Account, params: Params) -> Params:
    """As docker_engine has them."""
    return {
        "config_file": str(account.config),
        "options": params["options"],
        "merge": params["merge"],
        "command": ["dockerd"],
        "restart_after": [str(account.unit), *params["restart_after"]],
    }


def _guard(account: Account, params: Params, context: TaskContext) -> Guard:
    """Containers end with their engine here: nothing keeps them meanwhile, as live-restore does for the system's."""

    def guard(decision: Decision, files: Files) -> Decision:
        running = api.running(account.socket) if decision.restart and params["keep_containers"] else []
        if not running:
            return decision
        why = (
            f"the engine of {account.name} must be restarted ({'; '.join(decision.reasons)}), which ends its"
            f" {len(running)} containers: set keep_containers: false (docker_host_keep_containers) when that may be."
        )
        if files.changed:
            raise InputError(f"users: {why}")
        context.warn(f"{why[0].upper()}{why[1:]}")
        return Decision()

    return guard


def _trust(account: Account, check_mode: bool) -> bool:
    """What the user has of its own stays."""
    link = account.authorities
    if link.is_symlink() or link.exists():
        return False
    if not check_mode:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(AUTHORITIES)
    return True


def _tell_client(client: Client, account: Account, check_mode: bool) -> bool:
    endpoint = f"unix://{account.socket}"
    due = client.due(endpoint)
    if not check_mode:
        client.settle(due, endpoint)
    return bool(due)


def predicted(account: Account, reasons: t.Sequence[str]) -> Result:
    """Where the programs come with an earlier task of the same run."""
    return {
        "user": account.name,
        "socket": f"unix://{account.socket}",
        "changed": True,
        "started": True,
        "restarted": False,
        "reloaded": False,
        "reasons": list(reasons),
    }
