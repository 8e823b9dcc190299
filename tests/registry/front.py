# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands before a registry and misbehaves as it is told: breaks connections, refuses, lies, redirects. Everything else
goes through as it is, and is written down."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from server import Handler, Server


@dataclass
class Fault:
    """One thing that goes wrong, `times` times, for requests like `GET /v2/x/blobs/`."""

    request: str
    times: int = 1
    status: int = 0
    headers: t.Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Break the connection after so many bytes of the request's body have gone through.
    cut_request: t.Optional[int] = None
    #: Break it after so many bytes of the answer's body.
    cut_answer: t.Optional[int] = None
    #: Let all of it through, and break before the answer.
    swallow: bool = False
    #: Never answer.
    stall: bool = False
    #: Change the first byte of the answer's body.
    lie: bool = False
    seen: int = 0


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    line: str
    authorization: str
    range: str = ""
    size: int = 0


class _Handler(Handler):
    owner: Front

    def do_GET(self) -> None:
        line = f"{self.command} {self.path}"
        size = int(self.headers.get("Content-Length") or 0)
        seen = Seen(line, self.headers.get("Authorization", ""), self.headers.get("Range", ""), size)
        with self.owner.lock:
            self.owner.log.append(seen)
            fault = next((f for f in self.owner.faults if f.seen < f.times and re.match(f.request, line)), None)
            if fault:
                fault.seen += 1
        if fault and fault.status:
            self.rfile.read(size)
            return self.answer(fault.status, fault.body, fault.headers)
        return self._through(size, fault)

    do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_GET

    def _through(self, size: int, fault: t.Optional[Fault]) -> None:
        body = self.rfile.read(size)
        if fault and fault.stall:
            self.owner.ended.wait(60)
            return
        upstream = self.owner.connect()
        headers = {key: value for key, value in self.headers.items() if key.lower() != "connection"}
        headers["X-Forwarded-Proto"] = "https"
        if fault and fault.cut_request is not None:
            self._send_part(upstream, headers, body[: fault.cut_request])
            self._break()
            return
        upstream.request(self.command, self.path, body=body or None, headers=headers)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if fault and fault.swallow:
            self._break()
            return
        if fault and fault.lie:
            content = bytes([content[0] ^ 1]) + content[1:]
        if self.command == "HEAD":
            content = b""
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in ("connection", "transfer-encoding", "date", "server"):
                self.send_header(key, value)
        self.end_headers()
        if fault and fault.cut_answer is not None:
            self.wfile.write(content[: fault.cut_answer])
            self._break()
            return
        self.wfile.write(content)

    def _send_part(self, upstream: http.client.HTTPConnection, headers: t.Mapping[str, str], part: bytes) -> None:
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for key, value in headers.items():
            upstream.putheader(key, value)
        upstream.endheaders(part)
        if not isinstance(upstream.sock, ssl.SSLSocket):
            # It has dealt with the part when it hangs up or answers.
            upstream.sock.shutdown(socket.SHUT_WR)
            upstream.sock.recv(1)
        upstream.close()

    def _break(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        # The socket itself: TLS has nothing more to say either.
        socket.socket.shutdown(self.connection, socket.SHUT_RDWR)


class Front(Server):
    handler = _Handler

    def __init__(self, upstream: str, tls: t.Optional[tuple[Path, Path]] = None) -> None:
        super().__init__(tls)
        self._upstream = urlsplit(upstream)
        self.faults: list[Fault] = []
        self.log: list[Seen] = []
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def connect(self) -> http.client.HTTPConnection:
        host = self._upstream.netloc
        if self._upstream.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection(host, timeout=20, context=context)
        return http.client.HTTPConnection(host, timeout=20)

    def close(self) -> None:
        self.ended.set()
        super().close()

    def wrong(self, *faults: Fault) -> None:
        self.faults[:] = faults
        self.log.clear()

    def lines(self, pattern: str = "") -> list[str]:
        return [seen.line for seen in self.log if re.search(pattern, seen.line)]

    def writes(self) -> list[str]:
        return self.lines(r"^(POST|PUT|PATCH|DELETE) ")
