# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the host grants a user for an engine of its own: ids, a systemd that stays, shares of the machine."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.subids import COUNT, has_enough, next_free

_SUBUID, _SUBGID = Path("/etc/subuid"), Path("/etc/subgid")
_LINGER = Path("/var/lib/systemd/linger")
_CGROUP_V2 = Path("/sys/fs/cgroup/cgroup.controllers")
_DELEGATE = Path("/etc/systemd/system/user@.service.d/slipway-docker.conf")
#: Without it systemd hands users memory and pids only, and containers' shares of CPU and disk are ignored.
_DELEGATED = "# Written by slipway.deploy.docker_rootless.\n[Service]\nDelegate=cpu cpuset io memory pids\n"
_PATIENCE = 30.0


@dataclass(frozen=True)
class Grants:
    """What is not granted yet."""

    uids: bool
    gids: bool
    linger: bool
    delegate: bool

    @property
    def names(self) -> t.List[str]:
        told = {
            "subordinate user ids": self.uids,
            "subordinate group ids": self.gids,
            "its processes stay without a login": self.linger,
            "shares of CPU and disk": self.delegate,
        }
        return [name for name, due in told.items() if due]


def missing_grants(account: Account) -> Grants:
    return Grants(
        uids=not has_enough(read_text(_SUBUID) or "", account.name, account.uid),
        gids=not has_enough(read_text(_SUBGID) or "", account.name, account.uid),
        linger=not (_LINGER / account.name).exists(),
        delegate=_CGROUP_V2.exists() and read_text(_DELEGATE) != _DELEGATED,
    )


def grant(account: Account, due: Grants, run: Runner) -> None:
    """As root. The user's systemd is up afterwards."""
    if due.delegate:
        _DELEGATE.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        write_atomic(_DELEGATE, _DELEGATED, 0o644)
        _must(run, ["systemctl", "daemon-reload"])
    _add_ids(account, due, run)
    if due.linger:
        _must(run, ["loginctl", "enable-linger", account.name])
    if not _has_bus(account):
        _must(run, ["systemctl", "start", f"user@{account.uid}.service"])
        _wait_for_bus(account)


def withdraw_linger(account: Account, run: Runner) -> None:
    _must(run, ["loginctl", "disable-linger", account.name])


def forget_delegation(run: Runner) -> None:
    if _DELEGATE.exists():
        _DELEGATE.unlink()
        _must(run, ["systemctl", "daemon-reload"])


def _add_ids(account: Account, due: Grants, run: Runner) -> None:
    first = next_free(read_text(_SUBUID) or "", read_text(_SUBGID) or "")
    span = f"{first}-{first + COUNT - 1}"
    words = [*(["--add-subuids", span] if due.uids else []), *(["--add-subgids", span] if due.gids else [])]
    if words:
        _must(run, ["usermod", *words, account.name])


def _has_bus(account: Account) -> bool:
    return (account.runtime / "bus").exists()


def _wait_for_bus(account: Account) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _has_bus(account):
        if time.monotonic() > deadline:
            raise SlipwayError(
                f"The systemd of {account.name} has no {account.runtime}/bus after {_PATIENCE:.0f} s: install"
                " dbus-user-session and libpam-systemd, and see that systemd-logind runs."
            )
        time.sleep(0.1)


def _must(run: Runner, argv: t.Sequence[str]) -> None:
    done = run(argv)
    if not done.ok:
        raise SlipwayError(f"{' '.join(argv)} failed: {done.tail(2)}")
