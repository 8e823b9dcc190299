# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docker.service; systemd itself waits for the engine's readiness (Type=notify)."""

from __future__ import annotations

import time

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import reason
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service

UNIT = "docker.service"
#: Ours alone, so that an administrator's own drop-ins stay.
DROP_IN = f"/etc/systemd/system/{UNIT}.d/slipway.conf"


class SystemdService(Service):
    def prepared(self) -> bool:
        return self.run(["systemctl", "is-enabled", UNIT]).out.strip() == "enabled"

    def prepare(self) -> None:
        self._systemctl("enable", UNIT)

    def read_units(self) -> None:
        self._systemctl("daemon-reload")

    def reload(self) -> None:
        self._systemctl("reload", UNIT)

    def start(self) -> None:
        self._do("start")

    def restart(self) -> None:
        self._do("restart")

    def _systemctl(self, *words: str) -> None:
        done = self.run(["systemctl", *words])
        if not done.ok:
            raise TransportError(f"systemctl {' '.join(words)} failed: {done.tail(1)}")

    def _do(self, action: str) -> None:
        # A unit that failed a few times is refused until somebody says that this is known.
        self.run(["systemctl", "reset-failed", UNIT])
        since = f"@{int(time.time())}"
        done = self.run(["systemctl", action, UNIT])
        if not done.ok or not self.is_up():
            log = self.run(["journalctl", "-u", UNIT, "--since", since, "-o", "cat", "--no-pager"])
            raise TransportError(f"The engine did not {action}: {reason(log.out)}.")
