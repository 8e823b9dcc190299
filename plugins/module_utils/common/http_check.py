# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks a URL until it answers as it should: the last gate of a deploy."""

from __future__ import annotations

import time
import typing as t
from dataclasses import asdict, dataclass

from ansible.module_utils.urls import open_url

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError

_PAUSE = 0.5
_REQUEST_TIMEOUT = 5

CHECK_SPEC: t.Dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "url": {"type": "str", "required": True},
        "status": {"type": "int", "default": 200},
        "contains": {"type": "str"},
        "timeout": {"type": "int", "default": 30},
        "ca_file": {"type": "path"},
    },
}


class CheckFailed(SlipwayError):
    """The URL did not answer as it should in time."""


@dataclass(frozen=True)
class HttpCheck:
    """What a healthy answer is. `timeout` in seconds, over all attempts."""

    url: str
    status: int = 200
    contains: str | None = None
    timeout: float = 30
    ca_file: str | None = None

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any] | None) -> HttpCheck | None:
        return cls(**params) if params else None

    def as_params(self) -> t.Dict[str, t.Any]:
        """What from_params takes: for the records of releases."""
        return asdict(self)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 and the reason as body where nothing did."""

    status: int
    body: str


Ask = t.Callable[[HttpCheck], Answer]


def ask(check: HttpCheck) -> Answer:
    """One request; an HTTP error is an answer too, a broken connection is not an exception here."""
    try:
        with open_url(check.url, timeout=_REQUEST_TIMEOUT, ca_path=check.ca_file, use_proxy=False) as reply:
            return Answer(reply.status, reply.read(65536).decode("utf-8", "replace"))
    except OSError as exc:  # URLError, HTTPError, timeouts and TLS errors are all OSErrors
        code = getattr(exc, "code", 0) or 0
        return Answer(int(code), str(getattr(exc, "reason", exc)))


def why_wrong(check: HttpCheck, answer: Answer) -> str | None:
    """The sentence for an answer that is not the one asked for; None where it is."""
    if answer.status == 0:
        return f"no answer ({answer.body})"
    if answer.status != check.status:
        return f"status {answer.status} instead of {check.status} ({_first_line(answer.body)})"
    if check.contains and check.contains not in answer.body:
        return f"the answer does not contain '{check.contains}' ({_first_line(answer.body)})"
    return None


def wait_for_answer(
    check: HttpCheck,
    asker: Ask = ask,
    clock: t.Callable[[], float] = time.monotonic,
    pause: t.Callable[[float], None] = time.sleep,
) -> Answer:
    """Ask until the answer is right or the time is over; then say what was wrong with the last one."""
    end = clock() + check.timeout
    while True:
        answer = asker(check)
        problem = why_wrong(check, answer)
        if problem is None:
            return answer
        if clock() >= end:
            raise CheckFailed(f"{check.url} did not answer as it should within {check.timeout:g} s: {problem}.")
        pause(_PAUSE)


def _first_line(body: str) -> str:
    text = body.strip()
    return text.splitlines()[0][:120] if text else "empty body"
