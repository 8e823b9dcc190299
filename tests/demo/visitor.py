# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A visitor who asks 20 times a second, until told to stop or five minutes have gone."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.parse

LONGEST = 300.0


class Visitor(threading.Thread):
    """A new connection for each request: a load balancer's mistakes show, a pool's mercy does not."""

    def __init__(self, url: str, rate: float = 20.0) -> None:
        super().__init__(daemon=True)
        parts = urllib.parse.urlsplit(url)
        self.host, self.path, self.interval = parts.netloc, parts.path or "/", 1.0 / rate
        self.answers = 0
        self.failures: list[str] = []
        self.last_page = ""
        self._end = threading.Event()

    def run(self) -> None:
        start = time.monotonic()
        number = 0
        while not self._end.is_set() and time.monotonic() - start < LONGEST:
            # One visit is one thread: a slow answer must not make the others wait.
            threading.Thread(target=self._visit, daemon=True).start()
            number += 1
            self._end.wait(max(0.0, start + number * self.interval - time.monotonic()))

    def stop(self) -> None:
        self._end.set()
        self.join(timeout=30)
        time.sleep(5)  # for answers on their way

    def _visit(self) -> None:
        began = time.strftime("%T")
        try:
            status, page = get(self.host, self.path)
        except (OSError, http.client.HTTPException) as exc:
            self.failures.append(f"{began} {type(exc).__name__}: {exc}")
            return
        self.answers += 1
        if status == http.HTTPStatus.OK:
            self.last_page = page
        else:
            self.failures.append(f"{began} HTTP {status}")


def get(host: str, path: str = "/", timeout: float = 10.0) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()
