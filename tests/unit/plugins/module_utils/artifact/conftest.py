# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A download site in this process, and its document root."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
import typing as t
from pathlib import Path

import pytest


class Site:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.log: list[str] = []
        handler = functools.partial(type("Handler", (_Handler,), {"log": self.log}), directory=str(root))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, path: str, content: bytes) -> str:
        """Offer a file and return its SHA-256."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return hashlib.sha256(content).hexdigest()


class _Handler(http.server.SimpleHTTPRequestHandler):
    log: t.ClassVar[list[str]]

    def log_message(self, format: str, *args: t.Any) -> None:
        self.log.append(format % args)


@pytest.fixture
def site(tmp_path: Path) -> t.Iterator[Site]:
    root = tmp_path / "site"
    root.mkdir()
    made = Site(root)
    yield made
    made.server.shutdown()
    made.server.server_close()
