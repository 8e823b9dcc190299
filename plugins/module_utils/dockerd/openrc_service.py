# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alpine's way: the service `docker` of OpenRC. Not tested on a host."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import reason
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service

_NAME = "docker"
_LOG = Path("/var/log/docker.log")
_LAST = 65536


class OpenRcService(Service):
    def prepared(self) -> bool:
        return any(line.split("|")[0].strip() == _NAME for line in self.run(["rc-update", "show"]).out.splitlines())

    def prepare(self) -> None:
        self._must(["rc-update", "add", _NAME, "default"])

    def reload(self) -> None:
        os.kill(int(self.pid_file.read_text(encoding="ascii")), signal.SIGHUP)

    def start(self) -> None:
        self._do("start")

    def restart(self) -> None:
        self._do("restart")

    def _do(self, action: str) -> None:
        done = self.run(["rc-service", _NAME, action])
        deadline = time.monotonic() + self.wait_timeout
        while done.ok and time.monotonic() < deadline:
            if self.is_up():
                return
            time.sleep(0.2)
        log = _LOG.read_text(encoding="utf-8", errors="replace")[-_LAST:] if _LOG.exists() else done.tail(2)
        raise TransportError(f"The engine did not {action}: {reason(log)}.")

    def _must(self, argv: list[str]) -> None:
        done = self.run(argv)
        if not done.ok:
            raise TransportError(f"{' '.join(argv)} failed: {done.tail(1)}")
