# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs in a container says over numbered channels: output, errors, and at last how it ended. Pure."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import mappings, number, text

STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
#: v5 can say that stdin is over; servers before Kubernetes 1.30 only know v4.
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
PROTOCOLS = (V5, V4)
#: As shells number them.
NOT_FOUND, NOT_EXECUTABLE, UNKNOWN = 127, 126, -1
_CHUNK = 32768
_STATUS_LIMIT = 65536
_MISSING = re.compile(r"executable file not found|no such file or directory", re.IGNORECASE)
_REFUSED = re.compile(r"permission denied|exec format error", re.IGNORECASE)


@dataclass(frozen=True)
class Ending:
    """`rc`, and where the command was not run at all, why."""

    rc: int
    problem: str = ""


def messages_of(stdin: bytes) -> t.Iterator[bytes]:
    """`stdin` as messages to its channel, then the word that it is over."""
    for start in range(0, len(stdin), _CHUNK):
        yield bytes([STDIN]) + stdin[start : start + _CHUNK]
    yield bytes([CLOSE, STDIN])


def ending_of(status: bytes) -> Ending:
    """What the last channel says: a Status object."""
    try:
        answer = json.loads(status)
    except ValueError:
        return Ending(UNKNOWN, status.decode("utf-8", "replace").strip())
    if text(answer, "status") == "Success":
        return Ending(0)
    for cause in mappings(answer, "details", "causes"):
        if text(cause, "reason") == "ExitCode" and text(cause, "message").isdigit():
            return Ending(int(text(cause, "message")))
    message = text(answer, "message") or f"the API server answered {number(answer, 'code')}"
    if _MISSING.search(message):
        return Ending(NOT_FOUND, message)
    return Ending(NOT_EXECUTABLE if _REFUSED.search(message) else UNKNOWN, message)


@dataclass
class Output:
    """Gathers what comes. Of each stream no more than `limit` bytes: the rest is heard, but forgotten."""

    limit: int
    #: Told of each line as it comes; of the last one at the end.
    line: t.Callable[[str], None]
    truncated: bool = False
    _kept: t.Dict[int, bytearray] = field(default_factory=dict)
    _open_lines: t.Dict[int, bytes] = field(default_factory=dict)

    def hear(self, channel: int, data: bytes) -> None:
        kept = self._kept.setdefault(channel, bytearray())
        # What the server says of the ending is no output.
        room = (_STATUS_LIMIT if channel == STATUS else self.limit) - len(kept)
        kept += data[:room]
        self.truncated = self.truncated or len(data) > room
        if channel in (STDOUT, STDERR):
            *whole, rest = (self._open_lines.get(channel, b"") + data).split(b"\n")
            # A line without end must not fill the memory either.
            self._open_lines[channel] = rest[-_CHUNK:]
            for line in whole:
                self.line(line.decode("utf-8", "replace"))

    def end(self) -> None:
        for rest in self._open_lines.values():
            if rest:
                self.line(rest.decode("utf-8", "replace"))

    def of(self, channel: int) -> bytes:
        return bytes(self._kept.get(channel, b""))
