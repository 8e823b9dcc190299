# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docker.service of a user: its own systemd keeps it, at boot too where the user lingers."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import UNIT, SystemdService
from ansible_collections.slipway.deploy.plugins.module_utils.host.acting import as_root, as_user

#: systemd itself waits as long as the unit says.
_PATIENCE = 120.0


class UserService(SystemdService):
    systemctl = ("systemctl", "--user")

    def __init__(self, run: Runner, account: Account) -> None:
        super().__init__(as_user(run, account, account.env), account.socket, account.pid_file, _PATIENCE)
        self._root = as_root(run)
        self._uid = account.uid

    def _log(self, since: str) -> str:
        """Only root may read a journal that is kept in memory."""
        match = [f"_UID={self._uid}", f"_SYSTEMD_USER_UNIT={UNIT}"]
        return self._root(["journalctl", *match, "--since", since, "-o", "cat", "--no-pager"]).out
