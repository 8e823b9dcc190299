# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user's engine gone again, with what it was told; its data only when asked."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile, found
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import Files, engine_files
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.acting import acting_as, as_user
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.client import Client
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.host_parts import withdraw_linger
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.known import forget, known
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.unit import is_ours
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.user_service import UserService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import UNIT


def unmake(account: Account, params: Params, run: Runner, context: TaskContext) -> Result:
    """Only an engine that we made: one that the user has set up stays."""
    lingers = known().get(account.name)
    with acting_as(account):
        changed = _forget_engine(account, run, context.check_mode) or lingers is not None
        wipe = params["remove_data"] and account.data.exists()
        if wipe and not context.check_mode:
            _remove_data(account, run)
    if not context.check_mode:
        if lingers:
            withdraw_linger(account, run)
        forget(account.name)
    return {"user": account.name, "socket": f"unix://{account.socket}", "changed": bool(changed or wipe)}


def _forget_engine(account: Account, run: Runner, check_mode: bool) -> bool:
    ours = is_ours(read_text(account.unit))
    service = UserService(run, account, 60.0)
    client = Client(as_user(run, account))
    told = ours and client.is_told()
    config = _without_ours(account)
    if check_mode:
        return bool(ours or told or config.changed)
    if ours:
        _stop(account, service)
    if told:
        client.forget()
    if config.changed:
        config.write()
    account.config.with_name(".daemon.json.slipway").unlink(missing_ok=True)
    if account.authorities.is_symlink() and account.authorities.readlink() == Path("/etc/docker/certs.d"):
        account.authorities.unlink()
    return bool(ours or told or config.changed)


def _stop(account: Account, service: UserService) -> None:
    """Its file goes last: a run that is killed before that finds it again."""
    if account.runtime.exists():
        service.run([*service.systemctl, "disable", "--now", UNIT])
    wants = account.unit.parent / "default.target.wants" / UNIT
    wants.unlink(missing_ok=True)
    account.unit.unlink(missing_ok=True)
    if account.runtime.exists():
        service.run([*service.systemctl, "daemon-reload"])


def _without_ours(account: Account) -> ConfigFile:
    """The options that we set go, and the file with the last of them."""
    asked = {"config_file": str(account.config), "options": {}, "merge": True}
    files: Files = engine_files(asked, None)
    return files.config if files.after else found(account.config, None)


def _remove_data(account: Account, run: Runner) -> None:
    """Its files belong to ids within the user's own, which only its namespace may touch."""
    done = as_user(run, account)(["rootlesskit", "rm", "-rf", str(account.data)])
    if not done.ok:
        raise SlipwayError(f"{account.data} could not be removed: {done.tail(2)}")
