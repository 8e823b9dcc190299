# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follows a build by what buildx says while it goes on: `--progress=rawjson`, or plain text from older ones.
Takes text, says lines; no clock but BuildKit's own."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import (
    LOG_LINES,
    BuildFailure,
    parse_failure,
)

#: What BuildKit does for itself.
_INTERNAL = re.compile(r"\[(?:\S+ )?internal\] |\[(?:\S+ )?context \S+\] ")
_SECONDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?")
_PLAIN_STEP = re.compile(r"#\d+ (\[.+)\Z")
#: A step that was broken off because another one failed.
_CANCELED = "context canceled"
_SHOWN = 100


@dataclass
class Step:
    """One vertex of BuildKit's graph."""

    name: str = ""
    started: t.Optional[str] = None
    completed: t.Optional[str] = None
    cached: bool = False
    error: str = ""
    log: t.Deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    #: A line of its log that has no end yet.
    rest: str = ""
    said: bool = False

    @property
    def shown(self) -> str:
        return self.name if len(self.name) <= _SHOWN else self.name[: _SHOWN - 1] + "…"


@dataclass
class BuildProgress:
    """`say` gets one line for each step that ends, and from `still_running` for those that take long."""

    say: t.Callable[[str], None]
    steps: t.Dict[str, Step] = field(default_factory=dict)
    _buffer: str = ""
    _plain: t.List[str] = field(default_factory=list)

    def feed(self, text: str) -> None:
        """JSON documents one after another, and between or after them lines for people."""
        self._buffer += text
        while self._buffer:
            self._buffer = self._buffer.lstrip("\n") if self._buffer[0] == "\n" else self._buffer
            if self._buffer.startswith("{"):
                try:
                    status, end = json.JSONDecoder().raw_decode(self._buffer)
                except ValueError:
                    return  # the rest of it is still to come
                self._buffer = self._buffer[end:].lstrip()
                self._take(status)
            else:
                line, newline, rest = self._buffer.partition("\n")
                if not newline:
                    return
                self._buffer = rest
                self._take_plain(line)

    def finish(self) -> None:
        if self._buffer:
            self._take_plain(self._buffer)
            self._buffer = ""

    def still_running(self) -> None:
        for step in self.steps.values():
            if step.started and not step.completed and not _INTERNAL.match(step.name):
                last = f": {step.log[-1]}" if step.log else ""
                self.say(f"still at {step.shown}{last}")

    def failure(self) -> BuildFailure:
        """The text at the end says where in the Dockerfile; the failed step and its log come from its own events."""
        why = parse_failure("\n".join(self._plain))
        failed = [step for step in self.steps.values() if step.error and _CANCELED not in step.error]
        if not failed:
            return why
        last = failed[-1]
        log = [*last.log, last.rest.rstrip()] if last.rest.strip() else list(last.log)
        return replace(why, step=last.name, log=tuple(log[-LOG_LINES:]))

    def troubles(self) -> t.List[str]:
        """What went wrong in a build that did not fail for it (a cache that could not be written)."""
        return [f"{step.name}: {step.error}" for step in self.steps.values() if step.error]

    def _take(self, status: t.Mapping[str, t.Any]) -> None:
        for vertex in status.get("vertexes") or []:
            self._vertex(vertex)
        for log in status.get("logs") or []:
            self._log(log)

    def _vertex(self, vertex: t.Mapping[str, t.Any]) -> None:
        step = self.steps.setdefault(vertex["digest"], Step())
        step.name = vertex.get("name") or step.name
        step.started, step.completed = vertex.get("started"), vertex.get("completed")
        step.cached, step.error = bool(vertex.get("cached")), vertex.get("error") or ""
        if step.completed and not step.said and not _INTERNAL.match(step.name):
            step.said = True
            self.say(f"{step.shown} {_outcome(step)}")

    def _log(self, log: t.Mapping[str, t.Any]) -> None:
        step = self.steps.setdefault(log["vertex"], Step())
        text = step.rest + base64.b64decode(log.get("data") or "").decode("utf-8", "replace")
        *lines, step.rest = text.split("\n")
        step.log.extend(line.rstrip() for line in lines if line.strip())

    def _take_plain(self, line: str) -> None:
        self._plain.append(line)
        match = _PLAIN_STEP.match(line)
        if match and not _INTERNAL.match(match[1]):
            self.say(match[1])


def _outcome(step: Step) -> str:
    if step.error:
        return "failed"
    if step.cached:
        return "cached"
    return f"{max(0.0, _seconds(step.completed) - _seconds(step.started)):.1f} s"


def _seconds(time: t.Optional[str]) -> float:
    match = _SECONDS.match(time or "")
    if not match:
        return 0.0
    return datetime.fromisoformat(match[1] + "+00:00").timestamp() + float(match[2] or 0)
