# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands before the API server on loopback and does what networks and busy servers do: refuse, break off, be silent."""

from __future__ import annotations

import ssl
import threading
import typing as t
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Answer:
    """Given instead of the server's. `then_forward`: the server gets the request, and its answer is lost."""

    status: int = 0
    body: str = ""
    headers: t.Dict[str, str] = field(default_factory=dict)
    reaches_server: bool = False


#: Closes the connection before, or after, the server got the request.
BREAK_BEFORE, BREAK_AFTER = Answer(), Answer(reaches_server=True)
#: (method, path with query, how many such writes there were before) -> what to do; None: as the server answers.
Rule = t.Callable[[str, str, int], t.Optional[Answer]]


class Front:
    """A context manager; `url` is what clients are given. With a certificate it speaks TLS."""

    def __init__(self, server: str, ca: Path, rule: Rule, certificate: t.Optional[Path] = None) -> None:
        self._server, self._rule = server, rule
        self._context = ssl.create_default_context(cafile=ca)
        self._lock = threading.Lock()
        self.writes: t.List[str] = []
        self._listener = _Listener(("127.0.0.1", 0), _handler(self))
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._listener.socket = context.wrap_socket(self._listener.socket, server_side=True)
        self.address = f"127.0.0.1:{self._listener.server_address[1]}"
        self.url = f"{'https' if certificate else 'http'}://{self.address}"

    def __enter__(self) -> Front:
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def rule_for(self, method: str, path: str) -> t.Optional[Answer]:
        with self._lock:
            before = len(self.writes)
            if method != "GET":
                self.writes.append(f"{method} {path.partition('?')[0].rpartition('/')[2]}")
            return self._rule(method, path, before)

    def forward(self, method: str, path: str, headers: t.Mapping[str, str], body: bytes) -> Answer:
        kept = {k: v for k, v in headers.items() if k.lower() in ("authorization", "content-type", "accept")}
        request = urllib.request.Request(self._server + path, body or None, kept, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._context) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as exc:
            return Answer(exc.code, exc.read().decode())


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_request: object) -> None:
        """Clients that do not trust our certificate hang up: that is the test."""


def _handler(front: Front) -> t.Type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = front.rule_for(self.command, self.path)
            if answer is None:
                answer = front.forward(self.command, self.path, dict(self.headers), body)
            elif answer.reaches_server:
                front.forward(self.command, self.path, dict(self.headers), body)
            if not answer.status:
                self.close_connection = True
                return
            data = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_words: object) -> None:
            """Nothing: the test says what it saw."""

    return Handler
