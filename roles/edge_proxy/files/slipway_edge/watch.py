# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service: follows the engine, answers the resolver, and gives Caddy a new configuration when pools change."""

from __future__ import annotations

import os
import queue
import socket
import sys
import threading
import time
import typing as t
from pathlib import Path

from slipway_edge import memory, resolver
from slipway_edge.admin import Caddy
from slipway_edge.config import Json, caddy_config
from slipway_edge.engine import Engine
from slipway_edge.settings import Settings
from slipway_edge.table import Table
from slipway_edge.unixhttp import ReplyError

_TICK = 2.0
_FIRST_LOAD_SECONDS = 30.0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Watcher:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = Engine(settings.engine_socket)
        self.caddy = Caddy(settings.admin_socket)
        self.table = Table()
        #: Guards the table; the resolver asks it for each answer.
        self.lock = threading.RLock()
        #: One at a time may ask the engine and load Caddy.
        self._turn = threading.Lock()
        #: What Caddy has confirmed.
        self.loaded: Json | None = None
        self.engine_error = ""
        self.caddy_error = ""
        self._wake: queue.Queue[None] = queue.Queue()
        self._saved_marks: t.Any = None
        self._told: set[str] = set()

    # -- the service
    def run(self) -> t.NoReturn:
        """Ready when Caddy runs on our configuration; then for ever."""
        pools, marks = self._pools_file(), self._marks_file()
        memory.restore_pools(pools, self.table, time.time())
        memory.restore_marks(marks, self.table)
        resolver.serve(resolver.listen(self.settings.resolver), self.lookup)
        self.refresh()
        self._load_first()
        threading.Thread(target=self._follow, name="events", daemon=True).start()
        notify("READY=1")
        while True:
            self._sleep()
            self.refresh()

    def _sleep(self) -> None:
        """Until something happens, or for a tick; what happens at once is looked at once."""
        try:
            self._wake.get(timeout=_TICK)
            while True:
                self._wake.get_nowait()
        except queue.Empty:
            return

    def _load_first(self) -> None:
        """A configuration that Caddy refuses ends the service, so that whoever changed it can put the old one back."""
        deadline = time.monotonic() + _FIRST_LOAD_SECONDS
        while self.loaded is None:
            self._load()
            if self.loaded is None and self.caddy_error.startswith("refused"):
                raise SystemExit(f"Caddy {self.caddy_error}")
            if self.loaded is None and time.monotonic() > deadline:
                raise SystemExit(f"Caddy does not answer on {self.settings.admin_socket}: {self.caddy_error}")
            if self.loaded is None:
                time.sleep(0.3)

    def _follow(self) -> None:
        while True:
            try:
                for event in self.engine.events():
                    if event is not None:
                        self._note(event)
                    self._wake.put(None)
            except (OSError, ValueError):
                # It is down; containers may well live on. The next tick says so, once.
                time.sleep(0.3)

    def _note(self, event: t.Mapping[str, t.Any]) -> None:
        """What cannot wait for the engine's answer: the next question must not name a container that is gone."""
        ident = str(event.get("Actor", {}).get("ID", ""))
        action = event.get("Action", "")
        with self.lock:
            if action == "die":
                self.table.gone(ident)
            if action == "kill":
                self.table.signalled(ident, str(event["Actor"].get("Attributes", {}).get("signal", "")), time.time())

    # -- one round
    def refresh(self) -> None:
        """Ask the engine, and load Caddy where that changes its configuration."""
        with self._turn:
            try:
                found = self.engine.containers()
            except (OSError, ValueError, KeyError) as exc:
                self._engine_is(f"{exc}")
            else:
                self._engine_is("")
                with self.lock:
                    self.table.update(found, time.time())
                self._tell_problems()
            self._save_marks()
            if self.loaded is not None:
                self._load()

    def _load(self) -> None:
        with self.lock:
            pools = self.table.pools(time.time(), self.settings.linger)
        try:
            wanted = caddy_config(self.settings, [pool for pool in pools if self._allowed(pool.pool.host)])
            if self.caddy.config() != wanted:
                self.caddy.load(wanted)
                say(f"Caddy has a new configuration: {len(pools)} routes")
            if self.loaded != wanted:
                memory.write_atomic(memory.caddy_file(self.settings), wanted)
                memory.save_pools(self._pools_file(), self.table)
            self.loaded = wanted
            self._caddy_is("")
        except ReplyError as exc:
            self._caddy_is(f"refused its configuration: {exc.said}")
        except OSError as exc:
            self._caddy_is(f"cannot be reached: {exc}")

    def _allowed(self, host: str) -> bool:
        allowed = self.settings.allowed_hosts
        return not allowed or host in allowed or "*." + host.partition(".")[2] in allowed

    def lookup(self, key: str, port: int) -> t.Sequence[str] | None:
        with self.lock:
            return self.table.addresses(key, port, time.time())

    # -- what it remembers and says
    def _pools_file(self) -> Path:
        return Path(self.settings.state_dir, "pools.json")

    def _marks_file(self) -> Path:
        return Path(self.settings.runtime_dir, "marks.json")

    def _save_marks(self) -> None:
        with self.lock:
            marks = (dict(self.table.drained), dict(self.table.healthy))
            if marks != self._saved_marks:
                memory.save_marks(self._marks_file(), self.table)
                self._saved_marks = marks

    def _engine_is(self, error: str) -> None:
        if error != self.engine_error:
            say(
                f"the engine does not answer, its containers keep their places: {error}"
                if error
                else "the engine answers"
            )
        self.engine_error = error

    def _caddy_is(self, error: str) -> None:
        if error != self.caddy_error:
            say(f"Caddy {error}" if error else "Caddy runs on the present configuration")
        self.caddy_error = error

    def _tell_problems(self) -> None:
        problems = {f"{c.name}: {problem}" for c in self.table.containers.values() for problem in c.problems}
        for problem in sorted(problems - self._told):
            say(problem)
        self._told = problems


def notify(state: str) -> None:
    """systemd's own way to learn that a service is ready."""
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.connect("\0" + path[1:] if path.startswith("@") else path)
            sock.sendall(state.encode())
