# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""distribution, as Debian packages it: a process of its own with TLS, in a folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import typing as t
from pathlib import Path

PROGRAMS = Path(os.environ.get("SLIPWAY_CACHE") or Path.home() / ".cache/slipway") / "test/registry-programs"
USER, PASSWORD = "anna", "right-password"
#: bcrypt of that password.
_HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuuBO.kmgTJhdt40M5ZyHgFmcpBdUb9aS.\n"


class Distribution:
    def __init__(
        self,
        folder: Path,
        tls: tuple[Path, Path],
        auth: t.Optional[dict[str, t.Any]] = None,
        *,
        htpasswd: bool = False,
        delete: bool = True,
    ) -> None:
        folder.mkdir()
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"https://{self.host}"
        if htpasswd:
            (folder / "htpasswd").write_text(_HTPASSWD)
            auth = {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}
        config = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(folder / "storage")},
                "delete": {"enabled": delete},
            },
            "http": {
                "addr": self.host,
                "secret": "of the tests",
                "tls": {"certificate": str(tls[0]), "key": str(tls[1])},
            },
            **({"auth": auth} if auth else {}),
        }
        (folder / "config.yml").write_text(json.dumps(config))
        with (folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                [str(PROGRAMS / "docker-registry"), "serve", str(folder / "config.yml")],
                stdout=log,
                stderr=log,
                env={"OTEL_TRACES_EXPORTER": "none"},
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(tuple(self.host.split(":")), timeout=1):
                    return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
