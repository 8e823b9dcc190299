# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP over a unix socket: how the engine and Caddy's admin endpoint are spoken to."""

from __future__ import annotations

import http.client
import json
import socket
import typing as t
from http import HTTPStatus


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float | None) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class ReplyError(OSError):
    """The other side answered, with an error."""

    @property
    def missing(self) -> bool:
        return self.status == HTTPStatus.NOT_FOUND

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"status {status}: {said}")
        self.status = status
        self.said = said


def ask(path: str, method: str, target: str, body: t.Any = None, timeout: float = 10.0) -> t.Any:
    """One request; the JSON of its answer. OSError where nobody answers, ReplyError where the answer is an error."""
    connection = UnixConnection(path, timeout)
    try:
        content = None if body is None else json.dumps(body).encode()
        # A socket has no host name, and Caddy refuses requests for hosts that it is not.
        connection.request(method, target, content, {"Content-Type": "application/json", "Host": ""})
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
    except http.client.HTTPException as exc:
        raise OSError(f"{path}: {exc!r}") from exc
    finally:
        connection.close()
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise ReplyError(response.status, text.strip())
    return json.loads(text) if text.strip() else None
