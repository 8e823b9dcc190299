# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a request to a registry is sent again, and how long we wait before. Pure but for the dice."""

from __future__ import annotations

import random
import socket
import ssl
import time
import typing as t
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

TOO_MANY = 429
#: What a registry, or what stands before it, says while it starts, is moved or is too busy.
_PASSING = (500, 502, 503, 504)
#: What a server that speaks no TLS, or shows a wrong certificate, will do again.
_LASTING = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
#: Each costs a whole timeout, and a name that is not known now will hardly be known in a second.
_HOPELESS = (socket.timeout, socket.gaierror)

#: A registry that is started anew is back in a second or two; one that is not there should not be waited for long.
_KNOCKS = 3


@dataclass(frozen=True)
class Patience:
    """How often a request is sent in all, and how long we rest between."""

    attempts: int = 1
    first_wait: float = 0.5
    longest_wait: float = 8.0
    #: A Retry-After above this is an error to show, not a time to sleep.
    longest_asked: float = 60.0

    def after_answer(self, status: int, retry_after: t.Optional[str], attempt: int) -> t.Optional[float]:
        """Seconds to wait before the next try; None: this answer stands. `attempt` counts from 1."""
        if attempt >= self.attempts or (status != TOO_MANY and status not in _PASSING):
            return None
        asked = asked_wait(retry_after)
        if asked is None:
            return self._backoff(attempt)
        return asked + random.uniform(0, 0.2) if asked <= self.longest_asked else None  # noqa: S311  not a secret

    def after_break(self, exc: BaseException, attempt: int) -> t.Optional[float]:
        """The same for a connection that could not be made or broke."""
        if isinstance(exc, ssl.SSLError) and exc.reason in _LASTING:
            return None
        allowed = self.attempts
        if isinstance(exc, ConnectionRefusedError):
            allowed = min(allowed, _KNOCKS)
        elif isinstance(exc, _HOPELESS):
            allowed = min(allowed, 2)
        return self._backoff(attempt) if attempt < allowed else None

    def _backoff(self, attempt: int) -> float:
        """Doubling, with jitter so that many do not come back together."""
        wait: float = min(self.first_wait * 2 ** (attempt - 1), self.longest_wait)
        return wait * random.uniform(0.5, 1.5)  # noqa: S311  not a secret


#: One try: where another source (a mirror's registry, the engine) is asked next.
NO_PATIENCE = Patience()
PATIENT = Patience(attempts=5)


def asked_wait(retry_after: t.Optional[str], now: t.Optional[float] = None) -> t.Optional[float]:
    """Retry-After in seconds: it is a number, or a date."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError, IndexError):
        return None
    return max(date.timestamp() - (time.time() if now is None else now), 0.0)
