# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""So many requests a second for so many seconds, each at its time, and what became of every one.

python tests/bench/load.py --url http://172.30.0.20/ --host shop.test --rate 50 --seconds 15
It prints its report as JSON and ends with 1 where a request failed.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import itertools
import json
import sys
import threading
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_SHOWN = 5
_TIMEOUT = 30.0


@dataclass(frozen=True)
class Load:
    """Open loop: a slow answer does not hold the next request up, as long as a worker is free."""

    url: str
    rate: float
    seconds: float
    #: The name that is asked for, where the URL has an address.
    host: str | None = None
    workers: int = 16
    #: Requests a connection is used for; 1: each has a connection of its own.
    keep: int = 50
    #: Where this file appears, no more requests begin: whatever the load is beside has ended before its time.
    until: Path | None = None

    @property
    def count(self) -> int:
        return round(self.rate * self.seconds)


@dataclass
class Report:
    """What became of the requests. `answers`: first line of a good answer -> how many."""

    asked: int = 0
    failed: int = 0
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)
    answers: collections.Counter[str] = field(default_factory=collections.Counter)
    times: list[float] = field(default_factory=list)
    #: How long after its time the latest request began: more than a little, and the rate was not held.
    late: float = 0.0
    took: float = 0.0

    def add(self, problem: str, answer: str, seconds: float, late: float) -> None:
        self.asked += 1
        self.times.append(seconds)
        self.late = max(self.late, late)
        if problem:
            self.failed += 1
            self.reasons[problem] += 1
        else:
            self.answers[answer] += 1

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def as_dict(self) -> dict[str, t.Any]:
        return {
            "asked": self.asked,
            "failed": self.failed,
            "reasons": dict(self.reasons.most_common(_SHOWN)),
            "answers": dict(sorted(self.answers.items())),
            "rate": round(self.asked / self.took, 1) if self.took else 0.0,
            "ms": {name: round(self.percentile(share) * 1000, 1) for name, share in (("p50", 0.5), ("p99", 0.99))}
            | {"max": round(max(self.times, default=0.0) * 1000, 1), "late": round(self.late * 1000, 1)},
        }


class Connection:
    """One worker's: made anew after so many requests, and after a failure."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._parts = urlsplit(load.url)
        self._http: http.client.HTTPConnection | None = None
        self._used = 0

    def ask(self) -> tuple[str, str]:
        """(what is wrong, first line of the answer)"""
        try:
            return self._ask()
        except (OSError, http.client.HTTPException) as exc:
            self.close()
            return f"{type(exc).__name__}: {exc}", ""

    def _ask(self) -> tuple[str, str]:
        if self._http is None:
            self._http = http.client.HTTPConnection(self._parts.netloc, timeout=_TIMEOUT)
            self._used = 0
        headers = {"Host": self._load.host} if self._load.host else {}
        self._http.request("GET", self._parts.path or "/", headers=headers)
        reply = self._http.getresponse()
        body = reply.read().decode(errors="replace")
        self._used += 1
        if self._used >= self._load.keep:
            self.close()
        problem = "" if reply.status == http.HTTPStatus.OK else f"status {reply.status}"
        return problem, (body.splitlines() or [""])[0]

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None


def run(load: Load) -> Report:
    """Ends when every request was answered or failed: the loop is bounded by `count`, each request by a timeout."""
    report, lock, numbers = Report(), threading.Lock(), itertools.count()
    start = time.monotonic() + 0.1

    def work() -> None:
        connection = Connection(load)
        for number in iter(lambda: next(numbers), None):
            if number >= load.count or (load.until and load.until.exists()):
                break
            due = start + number / load.rate
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.monotonic()
            problem, answer = connection.ask()
            with lock:
                report.add(problem, answer, time.monotonic() - began, began - due)
        connection.close()

    threads = [threading.Thread(target=work) for _index in range(load.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.took = time.monotonic() - start
    return report


class Background:
    """A load beside whatever the block does; `report` is there after the block."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._thread = threading.Thread(target=self._run)
        self.report = Report()

    def _run(self) -> None:
        self.report = run(self._load)

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._thread.join()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--host")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--keep", type=int, default=50, help="requests a connection is used for")
    parser.add_argument("--until", type=Path, help="end before the time is over, when this file is there")
    options = parser.parse_args()
    report = run(Load(options.url, options.rate, options.seconds, options.host, keep=options.keep, until=options.until))
    print(json.dumps(report.as_dict(), indent=2))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
