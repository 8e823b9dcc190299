# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests at a steady rate for some seconds, half of them by connections that are kept; prints what became of them.

No request is sent twice: what a patient client would try again counts as failed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import ssl
import threading
import time
import typing as t
from collections import Counter
from http import HTTPStatus
from pathlib import Path


class Load:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.context = ssl.create_default_context(cafile=arguments.ca) if arguments.ca else None
        self.answered: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.slowest = 0.0
        self.lock = threading.Lock()

    def connect(self) -> http.client.HTTPConnection:
        """To the address, by the name: the resolver of the machine knows no name of the test."""
        host, port = self.arguments.host, self.arguments.port
        if self.context:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, context=self.context)
        else:
            connection = http.client.HTTPConnection(host, port)
        connection.timeout = self.arguments.patience
        connection._create_connection = self.dial  # type: ignore[attr-defined]
        return connection

    def dial(self, address: tuple[str, int], *rest: t.Any, **more: t.Any) -> socket.socket:
        return socket.create_connection((self.arguments.address, address[1]), *rest, **more)

    def worker(self, number: int, start: float) -> None:
        """Each worker has its own moments, so that all together keep the rate."""
        keeps = number % 2 == 0
        connection = self.connect()
        step = self.arguments.workers / self.arguments.rate
        turn = start + number / self.arguments.rate
        while turn < start + self.arguments.seconds and not self.ended():
            time.sleep(max(0.0, turn - time.monotonic()))
            if not self.request(connection) or not keeps:
                connection.close()
                connection = self.connect()
            turn += step
        connection.close()

    def ended(self) -> bool:
        return bool(self.arguments.until) and Path(self.arguments.until).exists()

    def request(self, connection: http.client.HTTPConnection) -> bool:
        begun = time.monotonic()
        try:
            connection.request(
                self.arguments.method, self.arguments.path, b"x" if self.arguments.method == "POST" else None
            )
            response = connection.getresponse()
            body = response.read().decode()
            problem = "" if response.status == HTTPStatus.OK else f"status {response.status}"
        except (OSError, http.client.HTTPException) as exc:
            problem, body = f"{type(exc).__name__}: {exc}", ""
        with self.lock:
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if problem:
                self.errors[problem] += 1
            else:
                self.answered[body] += 1
        return not problem

    def run(self) -> dict[str, t.Any]:
        start = time.monotonic() + 0.2
        threads = [threading.Thread(target=self.worker, args=(n, start)) for n in range(self.arguments.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        failed = sum(self.errors.values())
        return {
            "requests": failed + sum(self.answered.values()),
            "failed": failed,
            "answered": dict(self.answered),
            "errors": dict(self.errors),
            "slowest": round(self.slowest, 3),
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", default="")
    parser.add_argument("--path", default="/")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--until", default="", help="a file whose coming ends it earlier")
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--patience", type=float, default=15)
    print(json.dumps(Load(parser.parse_args()).run()))


main()
