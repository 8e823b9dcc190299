# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_users`: who may use the engine, and what their docker command knows of registries and proxies."""

from __future__ import annotations

import base64
import grp
import json
import os
import pwd
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.merge import (
    merged,
    note,
    owned_by,
    parse,
    remembered,
)
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk
from ansible_collections.slipway.deploy.plugins.module_utils.host.accounts import entry_of
from ansible_collections.slipway.deploy.plugins.module_utils.host.acting import acting_as
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import FileChange, WantedFile, compare
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import config_key

_REGISTRY = {
    "registry": {"type": "str", "required": True},
    "username": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
}
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "members": {"type": "list", "elements": "str", "default": []},
        "group": {"type": "str", "default": "docker"},
        "users": {"type": "list", "elements": "str", "default": []},
        "registries": {"type": "list", "elements": "dict", "default": [], "options": _REGISTRY},
        "proxies": {"type": "dict", "default": {}},
    },
}


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    group: str
    home: Path

    @property
    def folder(self) -> Path:
        return self.home / ".docker"

    @property
    def config(self) -> Path:
        return self.folder / "config.json"

    @property
    def note(self) -> Path:
        """Which keys of it are ours."""
        return self.folder / ".config.json.slipway"


def run(params: Params, context: TaskContext) -> Result:
    """Look at everybody first; touch nobody's file when somebody is not there."""
    accounts = [_account(name) for name in dict.fromkeys(params["users"])]
    for name in params["members"]:
        _account(name)
    joining = _joining(params["members"], params["group"], context)
    ours = _ours(params)
    changes = {account: _change(account, ours, context) for account in accounts}
    due = {account: change for account, change in changes.items() if change.changed}
    if not context.check_mode:
        command = runner(context.env)
        for name in joining:
            _join(name, params["group"], command)
        for account in accounts:
            _write(account, changes[account], ours, command)
    result: Result = {
        "changed": bool(joining or due),
        "joined": joining,
        "configured": [account.name for account in due],
    }
    if context.diff:
        result["diff"] = [change.diff() for change in due.values()]
    return result


def _account(name: str) -> Account:
    entry = entry_of(name)
    try:
        group = grp.getgrgid(entry.pw_gid).gr_name
    except KeyError:
        group = str(entry.pw_gid)
    return Account(name, entry.pw_uid, entry.pw_gid, group, Path(entry.pw_dir))


def _joining(members: t.Sequence[str], group: str, context: TaskContext) -> t.List[str]:
    try:
        entry = grp.getgrnam(group)
    except KeyError as exc:
        if context.check_mode:  # it comes with the engine's package
            return list(members)
        raise InputError(f"group: there is no group '{group}' on this host: install the engine first.") from exc
    return [name for name in members if name not in entry.gr_mem and pwd.getpwnam(name).pw_gid != entry.gr_gid]


def _join(name: str, group: str, command: Runner) -> None:
    done = command(["usermod", "-aG", group, name])
    if not done.ok:
        raise SlipwayError(f"usermod could not add {name} to {group}: {done.tail(2)}")


def _ours(params: Params) -> t.Dict[str, t.Any]:
    """What config.json shall hold of ours."""
    options: t.Dict[str, t.Any] = {}
    logins = {config_key(item["registry"]): _login(item) for item in params["registries"]}
    if logins:
        options["auths"] = logins
    if params["proxies"]:
        options["proxies"] = {"default": dict(params["proxies"])}
    return options


def _login(item: t.Mapping[str, str]) -> t.Dict[str, str]:
    return {"auth": base64.b64encode(f"{item['username']}:{item['password']}".encode()).decode("ascii")}


def _change(account: Account, ours: t.Mapping[str, t.Any], context: TaskContext) -> FileChange:
    """With the user's rights: what it has made of its folder leads nowhere that it could not go itself."""
    with acting_as(account):
        return _own_change(account, ours, context)


def _own_change(account: Account, ours: t.Mapping[str, t.Any], context: TaskContext) -> FileChange:
    _check_place(account)
    found = disk.find(str(account.config))
    before = parse(found.content.decode() if found else None, str(account.config))
    after = merged(before, ours, remembered(_text(account.note)))
    if "auths" in ours and after.get("credsStore"):
        context.warn(f"{account.config} names a credential store, which docker asks instead of the logins given here.")
    if after == before and not ours:
        return FileChange(WantedFile(str(account.config), absent=True), None, ())
    text = json.dumps(after, indent=2, sort_keys=True) + "\n"
    content = found.content if found and after == before else text.encode()
    return compare(WantedFile(str(account.config), content, 0o600, account.name, account.group), found)


def _check_place(account: Account) -> None:
    """What is there must be what it should be: a link's target would be replaced, and a pipe never ends."""
    for path, kind, is_kind in (
        (account.folder, "folder", Path.is_dir),
        (account.config, "file", Path.is_file),
        (account.note, "file", Path.is_file),
    ):
        if path.is_symlink():
            raise InputError(f"users: {path} is a symbolic link, and is not written through. Make it a {kind}.")
        if path.exists() and not is_kind(path):
            raise InputError(f"users: {path} is no {kind}. Move it away.")


def _write(account: Account, change: FileChange, ours: t.Mapping[str, t.Any], command: Runner) -> None:
    with acting_as(account):
        _check_place(account)
        _write_own(account, change, ours, command)


def _write_own(account: Account, change: FileChange, ours: t.Mapping[str, t.Any], command: Runner) -> None:
    wanted = owned_by(ours)
    if change.changed:
        _make_folder(account)
        _write_note(account, note(wanted | remembered(_text(account.note))), command)
        if change.rewrites:
            disk.replace(change.wanted, command)
        else:
            disk.set_attributes(change.wanted, change.wanted.dest)
    if account.folder.is_dir() and remembered(_text(account.note)) != wanted:
        _write_note(account, note(wanted), command)


def _write_note(account: Account, text: str, command: Runner) -> None:
    disk.replace(WantedFile(str(account.note), text.encode(), 0o600, str(account.uid), str(account.gid)), command)


def _make_folder(account: Account) -> None:
    if not account.folder.exists():
        account.folder.mkdir(mode=0o700)
        os.chown(account.folder, account.uid, account.gid)


def _text(path: Path) -> t.Optional[str]:
    found = disk.find(str(path))
    return found.content.decode() if found else None


VERB = Verb(name="docker_users", spec=SPEC, run=run, hide=("registries", "proxies"))
