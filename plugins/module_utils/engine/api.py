# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine on this host, by its HTTP API on the Unix socket: for what must not stand on a command line, and for what
is read often."""

from __future__ import annotations

import http.client
import json
import socket
import typing as t
from urllib.parse import urlencode

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import not_running

DEFAULT_SOCKET = "/var/run/docker.sock"
_TIMEOUT = 120.0
OK = range(200, 300)

#: (method, path with query, body) -> (status, body). Injected, so that decisions can be tested without an engine.
Send = t.Callable[[str, str, t.Optional[bytes]], t.Tuple[int, bytes]]


class ApiError(SlipwayError):
    """The engine answered, and refused. `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def unix_sender(env: t.Mapping[str, str], timeout: float = _TIMEOUT) -> Send:
    """Requests to the socket that DOCKER_HOST names, by default the engine's own."""
    address = env.get("DOCKER_HOST") or f"unix://{DEFAULT_SOCKET}"
    if not address.startswith("unix://"):
        raise InputError(f"DOCKER_HOST is {address}: a swarm is made on the host itself, by a socket (unix://...).")
    return socket_sender(address[len("unix://") :], timeout)


def socket_sender(path: str, timeout: float = _TIMEOUT) -> Send:
    """Requests to that socket, each on a connection of its own."""

    def send(method: str, target: str, body: t.Optional[bytes]) -> t.Tuple[int, bytes]:
        connection = _UnixConnection(path, timeout)
        try:
            connection.request(method, target, body=body, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as exc:
            raise not_running(str(exc)) from exc
        finally:
            connection.close()

    return send


class EngineApi:
    """JSON in, JSON out. Without a version in the path the engine takes its own newest."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def get(self, path: str, **query: t.Any) -> t.Any:
        return self._ask("GET", path, query, None)

    def post(self, path: str, body: t.Any = None, **query: t.Any) -> t.Any:
        return self._ask("POST", path, query, body)

    def delete(self, path: str, **query: t.Any) -> None:
        self._ask("DELETE", path, query, None)

    def find(self, path: str, **query: t.Any) -> t.Any:
        """As `get`; None where there is no such thing."""
        try:
            return self.get(path, **query)
        except ApiError as exc:
            if exc.status == http.client.NOT_FOUND:
                return None
            raise

    def raw(self, path: str, **query: t.Any) -> bytes:
        """A body that is no JSON: the engine's multiplexed logs."""
        return self._exchange("GET", path, query, None)

    def _ask(self, method: str, path: str, query: t.Mapping[str, t.Any], body: t.Any) -> t.Any:
        content = self._exchange(method, path, query, None if body is None else json.dumps(body).encode())
        return json.loads(content) if content.strip() else None

    def _exchange(self, method: str, path: str, query: t.Mapping[str, t.Any], body: t.Optional[bytes]) -> bytes:
        words = {key: _word(value) for key, value in query.items() if value is not None}
        status, content = self._send(method, path + (f"?{urlencode(words)}" if words else ""), body)
        if status not in OK:
            raise ApiError(_reason(content, status), status)
        return content


def _word(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _reason(content: bytes, status: int) -> str:
    """The engine's words without the wrapping of its inner calls."""
    text = content.decode("utf-8", "replace").strip()
    try:
        text = str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        text = text or f"HTTP status {status}"
    return text.rpartition(" desc = ")[2] if text.startswith("rpc error:") else text
