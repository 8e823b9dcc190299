# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docker.service; systemd itself waits for the engine's readiness (Type=notify)."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import reason
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service

UNIT = "docker.service"
_SOCKET = "docker.socket"
#: Ours alone, so that an administrator's own drop-ins stay.
DROP_IN = f"/etc/systemd/system/{UNIT}.d/slipway.conf"


class SystemdService(Service):
    #: How its manager is spoken to.
    systemctl: t.Tuple[str, ...] = ("systemctl",)

    def prepared(self) -> bool:
        return self._answer("is-enabled", UNIT) == "enabled"

    def prepare(self) -> None:
        self._must("enable", UNIT)

    def read_units(self) -> None:
        self._must("daemon-reload")

    def reload(self) -> None:
        self._must("reload", UNIT)

    def start(self) -> None:
        self._do("start")

    def restart(self) -> None:
        self._do("restart")

    def why_not_disabled(self) -> t.List[str]:
        """In words; empty where it neither runs nor starts at boot, nor is started by who asks its socket."""
        found = []
        if self.is_active():
            found.append("it runs")
        elif self._answer("is-active", _SOCKET) == "active":
            found.append("its socket would start it")
        if "enabled" in (self._answer("is-enabled", UNIT), self._answer("is-enabled", _SOCKET)):
            found.append("it starts at boot")
        return found

    def is_active(self) -> bool:
        """Asked of systemd: to ask the engine could start it, by its socket."""
        return self._answer("is-active", UNIT) in ("active", "reloading", "activating")

    def disable(self) -> None:
        """The socket first: it would start the engine again."""
        for unit in (_SOCKET, UNIT):
            if self._answer("is-enabled", unit) not in ("", "not-found"):
                self._must("disable", "--now", unit)

    def _log(self, since: str) -> str:
        return self.run(["journalctl", "-u", UNIT, "--since", since, "-o", "cat", "--no-pager"]).out

    def _answer(self, *words: str) -> str:
        return self.run([*self.systemctl, *words]).out.strip()

    def _must(self, *words: str) -> None:
        done = self.run([*self.systemctl, *words])
        if not done.ok:
            raise TransportError(f"{' '.join([*self.systemctl, *words])} failed: {done.tail(1)}")

    def _do(self, action: str) -> None:
        # A unit that failed a few times is refused until somebody says that this is known.
        self.run([*self.systemctl, "reset-failed", UNIT])
        since = f"@{int(time.time())}"
        done = self.run([*self.systemctl, action, UNIT])
        if not done.ok or not self.is_up():
            raise TransportError(f"The engine did not {action}: {reason(self._log(since))}.")
