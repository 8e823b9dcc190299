# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of htpasswd: the users of a service that takes an htpasswd file, with bcrypt hashes."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import WantedFile, compare

_USER = re.compile(r"[^:\s-][^:\s]{0,254}")
#: bcrypt reads no more than this of a password.
_LONGEST = 72
_SPEC: t.Dict[str, t.Any] = {
    "path": {"type": "path", "required": True},
    "users": {"type": "dict", "required": True, "no_log": True},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "mode": {"type": "str", "default": "0640"},
}


def write_users(params: Params, context: TaskContext) -> Result:
    """Hashes of unchanged passwords are kept, so that the file changes only when a user or a password does."""
    users = {str(name): str(password) for name, password in params["users"].items()}
    for name, password in users.items():
        _check(name, password)
    run = runner()
    found = disk.find(params["path"])
    old = _parse(found.content.decode("utf-8", "replace")) if found else {}
    kept = {
        name: old[name] for name, password in users.items() if name in old and _is(run, params["path"], name, password)
    }
    stale = sorted(set(users) - set(kept))
    lines = {
        **kept,
        **{name: f"{name}:(new)" if context.check_mode else _line(run, name, users[name]) for name in stale},
    }
    content = "".join(f"{lines[name]}\n" for name in sorted(lines)).encode()
    wanted = WantedFile(params["path"], content, int(params["mode"], 8), params["owner"], params["group"])
    change = compare(wanted, found)
    if change.changed and not context.check_mode:
        disk.replace(wanted, run)
    return {
        "changed": change.changed,
        "users": sorted(users),
        "updated": stale,
        "removed": sorted(set(old) - set(users)),
    }


def _check(name: str, password: str) -> None:
    if not _USER.fullmatch(name):
        raise InputError(f"users: '{name}' cannot be a user name (no colon, no space, no leading '-').")
    if not password or "\n" in password or len(password.encode()) > _LONGEST:
        raise InputError(f"users: the password of '{name}' must have 1 to {_LONGEST} bytes and no line break.")


def _parse(text: str) -> t.Dict[str, str]:
    return {line.partition(":")[0]: line for line in text.splitlines() if ":" in line}


def _is(run: Runner, path: str, name: str, password: str) -> bool:
    """The password goes through standard input: a command line can be read by everybody on the host."""
    return run(["htpasswd", "-v", "-i", path, name], stdin=password).ok


def _line(run: Runner, name: str, password: str) -> str:
    done = run(["htpasswd", "-n", "-i", "-B", "-C", "10", name], stdin=password)
    if not done.ok:
        raise SlipwayError(f"htpasswd made no hash for '{name}'.")
    return done.out.strip()


VERB = Verb(name="htpasswd", spec={"argument_spec": _SPEC}, run=write_users)
