# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user of the host who gets an engine, and where the parts of that engine lie."""

from __future__ import annotations

import pwd
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import SEARCH_PATH
from ansible_collections.slipway.deploy.plugins.module_utils.host.accounts import entry_of


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    home: Path

    @property
    def runtime(self) -> Path:
        """Made by the login manager, gone with the user's last process."""
        return Path("/run/user") / str(self.uid)

    @property
    def socket(self) -> Path:
        return self.runtime / "docker.sock"

    @property
    def pid_file(self) -> Path:
        return self.runtime / "docker.pid"

    @property
    def config(self) -> Path:
        return self.home / ".config/docker/daemon.json"

    @property
    def authorities(self) -> Path:
        """Whom the engine trusts as a registry's authority."""
        return self.home / ".config/docker/certs.d"

    @property
    def unit(self) -> Path:
        return self.home / ".config/systemd/user/docker.service"

    @property
    def data(self) -> Path:
        return self.home / ".local/share/docker"

    @property
    def env(self) -> t.Dict[str, str]:
        """What its programs need to find their engine and their systemd."""
        return {
            "PATH": SEARCH_PATH,
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "USER": self.name,
            "XDG_RUNTIME_DIR": str(self.runtime),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.runtime}/bus",
        }


def account(name: str) -> Account:
    entry = entry_of(name)
    if entry.pw_uid == 0:
        raise InputError("users: root's engine is the system's own (docker_engine). Name other users.")
    if not Path(entry.pw_dir).is_dir():
        raise InputError(
            f"users: '{name}' has no home directory ({entry.pw_dir}), where its engine would live. Make it."
        )
    return Account(name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))


def exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
