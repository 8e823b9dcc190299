# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks one URL so many times a second, with a new connection each, and says in JSON how it went.

python tests/bench/steady_load.py http://172.30.0.20:8080/ --rate 200 --seconds 30

It ends early where the file --until appears, and never asks longer than --seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

_TIMEOUT = 10.0
_SHOWN = 10


@dataclass
class Count:
    asked: int = 0
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def as_dict(self, seconds: float) -> dict[str, object]:
        return {
            "asked": self.asked,
            "answered": self.answered,
            "failed": len(self.failures),
            "failures": self.failures[:_SHOWN],
            "slowest_ms": round(self.slowest * 1000),
            "per_second": round(self.asked / seconds),
        }


async def ask(host: str, port: int, path: str) -> str:
    """The status line of the answer, read to its end."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode("ascii"))
        await writer.drain()
        answer = await reader.read()
        return answer.partition(b"\r\n")[0].decode("ascii", "replace")
    finally:
        writer.close()


async def visit(count: Count, host: str, port: int, path: str) -> None:
    began = time.monotonic()
    try:
        status = await asyncio.wait_for(ask(host, port, path), _TIMEOUT)
    except (OSError, asyncio.TimeoutError) as exc:
        count.failures.append(f"{time.strftime('%T')} {type(exc).__name__}: {exc}")
        return
    count.slowest = max(count.slowest, time.monotonic() - began)
    if " 200" in status:
        count.answered += 1
    else:
        count.failures.append(f"{time.strftime('%T')} {status or 'an empty answer'}")


async def load(url: str, rate: float, seconds: float, until: Path | None) -> dict[str, object]:
    parts = urllib.parse.urlsplit(url)
    count, visits = Count(), set()
    start = time.monotonic()
    while time.monotonic() - start < seconds and not (until and until.exists()):
        task = asyncio.create_task(visit(count, parts.hostname or "", parts.port or 80, parts.path or "/"))
        visits.add(task)
        task.add_done_callback(visits.discard)
        count.asked += 1
        await asyncio.sleep(max(0.0, start + count.asked / rate - time.monotonic()))
    took = time.monotonic() - start
    await asyncio.gather(*visits)
    return count.as_dict(took)


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask one URL at a steady rate.")
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--until", type=Path)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(load(given.url, given.rate, given.seconds, given.until))))


if __name__ == "__main__":
    main()
