# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Talks over a websocket in both directions at once, with one thread and no lock.

A command may write before it has read all of its stdin. Whoever sends first and reads then would wait for ever.
"""

from __future__ import annotations

import selectors
import ssl
import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Unreachable
from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams.channels import STATUS

try:
    import websocket
    from websocket import ABNF
except ImportError:
    pass  # websocket_link.py says so before

Hear = t.Callable[[int, bytes], None]
#: Load balancers cut connections on which nothing moves for a minute or so.
PING_EVERY = 20.0
SILENCE = 75.0
#: The server closes once it has told how the command ended; if it does not, enough is known.
_AFTER_STATUS = 10.0
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class TimeIsOver(Exception):
    """The deadline has come, and the other side has not ended."""


class Exchange:
    """One conversation, from now until the other side ends it."""

    def __init__(self, link: t.Any, messages: t.Iterator[bytes], hear: Hear, *, expects_pong: bool) -> None:
        self._link = link
        self._messages = messages
        self._hear = hear
        #: A server that is still handing stdin to a slow command does not answer pings.
        self._expects_pong = expects_pong
        self._outgoing = b""
        self._channel = 0
        self._ended: t.Optional[float] = None
        self._heard = self._pinged = time.monotonic()

    def run(self, timeout: t.Optional[float]) -> None:
        """Raises TimeIsOver, or Unreachable where the connection breaks before the end was told."""
        deadline = None if timeout is None else time.monotonic() + timeout
        self._link.settimeout(0)
        try:
            self._run(deadline)
        except (websocket.WebSocketException, OSError) as exc:
            if self._ended is None:
                said = f"The connection to the container broke off ({exc}). The command may still be running."
                raise Unreachable(said) from exc
        finally:
            if self._link.sock is not None:
                self._link.sock.close()

    def _run(self, deadline: t.Optional[float]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._link.sock, selectors.EVENT_READ)
            while self._receive():
                self._send()
                now = time.monotonic()
                self._look_at_the_clock(now, deadline)
                events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
                selector.modify(self._link.sock, events)
                # Never for long: deadline, ping and silence are looked at in between.
                selector.select(min(1.0, deadline - now) if deadline is not None else 1.0)
                if self._ended is not None and now - self._ended > _AFTER_STATUS:
                    return

    def _look_at_the_clock(self, now: float, deadline: t.Optional[float]) -> None:
        if deadline is not None and now >= deadline and self._ended is None:
            raise TimeIsOver
        if now - max(self._heard, self._pinged) >= PING_EVERY:
            self._pinged = now
            self._outgoing += _frame(b"", ABNF.OPCODE_PING)
        if self._expects_pong and now - self._heard >= SILENCE:
            raise OSError(f"the server has said nothing for {SILENCE:g} s")

    def _send(self) -> None:
        """As much as goes without waiting."""
        while True:
            if not self._outgoing:
                message = next(self._messages, None)
                if message is None:
                    return
                self._outgoing = _frame(message, ABNF.OPCODE_BINARY)
            try:
                sent = self._link.sock.send(self._outgoing)
            except _NOT_NOW:
                return
            self._outgoing = self._outgoing[sent:]

    def _receive(self) -> bool:
        """All that has come. False: the other side has closed."""
        while True:
            try:
                frame = self._link.recv_frame()
            except _NOT_NOW:
                return True
            self._heard = time.monotonic()
            if frame.opcode == ABNF.OPCODE_CLOSE:
                return self._closed()
            if frame.opcode == ABNF.OPCODE_PING:
                self._outgoing += _frame(frame.data, ABNF.OPCODE_PONG)
            elif frame.opcode != ABNF.OPCODE_PONG:
                self._take(frame)

    def _closed(self) -> bool:
        if self._ended is None:
            raise OSError("the server closed it without a word")
        return False

    def _take(self, frame: t.Any) -> None:
        """A message begins with its channel's number; its continuations do not."""
        data = bytes(frame.data)
        if frame.opcode != ABNF.OPCODE_CONT:
            if not data:
                return
            self._channel, data = data[0], data[1:]
        if self._channel == STATUS and data:
            self._ended = self._heard
        self._hear(self._channel, data)


def _frame(data: bytes, opcode: int) -> bytes:
    return bytes(ABNF.create_frame(data, opcode).format())
