# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a request to the API server is tried again, and how long we wait before. Pure but for the dice."""

from __future__ import annotations

import random
import typing as t

#: Tries in all. With the waits below a server may be gone for about five seconds.
ATTEMPTS = 6
_FIRST_WAIT = 0.15
_LONGEST_WAIT = 10.0
BUSY = 429
#: Answers of a server (or of what stands before it) that is starting, stopping or choosing a leader.
_PASSING = (502, 503, 504)
_INTERNAL = 500
#: A 500 is mostly a lasting no (an object that cannot be decoded); these are the ones that pass.
_PASSING_INTERNAL = ("etcdserver:", "failed calling webhook", "leader changed", "connection refused")
#: A server that takes requests and does not answer costs a minute each time.
_SILENCES = 2
#: What may be sent twice with the same outcome. Server-side apply and merge patches may.
_REPEATABLE = ("GET", "HEAD", "PUT", "DELETE", "PATCH")


def repeatable(method: str, content_type: t.Optional[str]) -> bool:
    """A JSON patch can append to a list twice; a POST can create twice."""
    return method in _REPEATABLE and content_type != "application/json-patch+json"


def after_answer(
    status: int, message: str, retry_after: t.Optional[str], attempt: int, may_repeat: bool
) -> t.Optional[float]:
    """Seconds to wait before the next try; None: this answer stands. `attempt` counts from 1."""
    if attempt >= ATTEMPTS:
        return None
    passing = status in _PASSING or (status == _INTERNAL and any(part in message for part in _PASSING_INTERNAL))
    if status == BUSY or (passing and may_repeat):
        return _asked_for(retry_after) or backoff(attempt)
    return None


def after_break(attempt: int, was_sent: bool, may_repeat: bool, *, silent: bool = False) -> t.Optional[float]:
    """The same for a connection that could not be made or broke. `silent`: we have waited long for nothing already."""
    if attempt >= (_SILENCES if silent else ATTEMPTS) or (was_sent and not may_repeat):
        return None
    return backoff(attempt)


def backoff(attempt: int) -> float:
    """Doubling, with jitter so that many threads do not come back together."""
    wait: float = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT)
    return wait * random.uniform(0.5, 1.5)  # noqa: S311 (not a secret)


def _asked_for(retry_after: t.Optional[str]) -> t.Optional[float]:
    try:
        seconds = float(retry_after) if retry_after else 0.0
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) * random.uniform(1.0, 1.2) if seconds > 0 else None  # noqa: S311
