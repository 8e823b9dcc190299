# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user's engine gone again, with what it was told; its data only when asked. One that the user has set up stays."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile, found, read_own
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import engine_files, note_of
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.client import Client
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.host_parts import withdraw_linger
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.known import forget, known
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.present import AUTHORITIES
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.unit import is_ours
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.user_service import UserService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import UNIT
from ansible_collections.slipway.deploy.plugins.module_utils.host.acting import acting_as, as_user


@dataclass(frozen=True)
class _Left:
    """What is there of an engine. `data`: what is to go of its data."""

    ours: bool
    told: bool
    config: ConfigFile
    data: t.Optional[Path]


def unmake(account: Account, params: Params, run: Runner, context: TaskContext) -> Result:
    lingers = known().get(account.name)
    service = UserService(run, account)
    client = Client(as_user(run, account, account.env))
    with acting_as(account):
        left = _look(account, client, context, mine=lingers is not None, wipe=params["remove_data"])
        if not context.check_mode:
            _remove(account, left, service, client)
    if not context.check_mode:
        if lingers:
            withdraw_linger(account, run)
        forget(account.name)
    changed = left.ours or left.told or left.config.changed or lingers is not None or left.data is not None
    return {"user": account.name, "socket": f"unix://{account.socket}", "changed": changed}


def _look(account: Account, client: Client, context: TaskContext, *, mine: bool, wipe: bool) -> _Left:
    """`mine`: it is noted that this module has made it, whatever is left of it."""
    text = read_own(account.unit)
    ours = is_ours(text)
    foreign = text is not None and not ours
    config, options = _without_ours(account, context)
    data = Path(str(options.get("data-root") or account.data))
    gone = wipe and not foreign and data.exists() and (ours or not api.answers(account.socket))
    return _Left(ours, (ours or mine) and not foreign and client.is_told(), config, data if gone else None)


def _without_ours(account: Account, context: TaskContext) -> t.Tuple[ConfigFile, t.Mapping[str, t.Any]]:
    """The options that we set go, and the file with the last of them; and the options as they were."""
    try:
        files = engine_files({"config_file": str(account.config), "options": {}, "merge": True}, None)
    except InputError:
        context.warn(f"{account.config} cannot be read as JSON, and stays as it is.")
        return ConfigFile(account.config, None, None), {}
    return (files.config if files.after else found(account.config, None)), files.before


def _remove(account: Account, left: _Left, service: UserService, client: Client) -> None:
    """The unit goes last: by it a run that comes after a killed one knows that there is something to do."""
    if left.ours:
        _stop(account, service)
    if left.told:
        client.forget()
    if left.config.changed:
        left.config.write()
    note_of(account.config).unlink(missing_ok=True)
    if account.authorities.is_symlink() and account.authorities.readlink() == AUTHORITIES:
        account.authorities.unlink()
    if left.data:
        _remove_data(left.data, service.run)
    if left.ours:
        account.unit.unlink(missing_ok=True)
        if account.runtime.exists():
            service.read_units()


def _stop(account: Account, service: UserService) -> None:
    if account.runtime.exists():
        done = service.run([*service.systemctl, "disable", "--now", UNIT])
        if not done.ok or service.is_up():
            raise TransportError(f"The engine of {account.name} does not stop, so nothing is removed: {done.tail(2)}")
    (account.unit.parent / "default.target.wants" / UNIT).unlink(missing_ok=True)


def _remove_data(data: Path, run: Runner) -> None:
    """Its files belong to ids within the user's own, which only its namespace may touch."""
    done = run(["rootlesskit", "rm", "-rf", str(data)])
    if not done.ok:
        raise SlipwayError(f"{data} could not be removed: {done.tail(2)}")
