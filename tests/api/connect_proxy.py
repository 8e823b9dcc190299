# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP proxy on loopback that knows CONNECT and nothing else, as those of companies that let TLS through."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
import typing as t

_BLOCK = 65536


class ConnectProxy:
    """A context manager. `hosts` are those that were asked for; with `user` who does not say it is refused (407)."""

    def __init__(self, user: str = "") -> None:
        self.hosts: t.List[str] = []
        self._expected = "Basic " + base64.b64encode(user.encode()).decode() if user else ""
        self._listener = _Listener(("127.0.0.1", 0), _handler(self))
        self.address = f"127.0.0.1:{self._listener.server_address[1]}"
        self.url = f"http://{self.address}"

    def __enter__(self) -> ConnectProxy:
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def lets_in(self, authorization: str) -> bool:
        return not self._expected or authorization == self._expected


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _handler(proxy: ConnectProxy) -> t.Type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            method, place, _version = self.rfile.readline().decode().split()
            headers = {}
            while line := self.rfile.readline().decode().strip():
                name, _colon, value = line.partition(":")
                headers[name.lower()] = value.strip()
            if method != "CONNECT":
                self._say("405 Method Not Allowed")
            elif not proxy.lets_in(headers.get("proxy-authorization", "")):
                self._say("407 Proxy Authentication Required")
            else:
                proxy.hosts.append(place)
                self._tunnel(place)

        def _say(self, status: str) -> None:
            self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

        def _tunnel(self, place: str) -> None:
            host, _colon, port = place.rpartition(":")
            with socket.create_connection((host, int(port)), 10) as far:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pour, args=(far, self.connection), daemon=True)
                back.start()
                _pour(self.connection, far)
                back.join(10)

    return Handler


def _pour(source: socket.socket, sink: socket.socket) -> None:
    """All that comes, until one of the two closes."""
    try:
        while data := source.recv(_BLOCK):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
