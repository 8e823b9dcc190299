# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's process, and how it is started by hand where systemd is not PID 1."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, detach
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import reason

#: What the engine inherits when we start it: nothing of the session that deploys.
_INHERITED = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
_RELOAD_PATIENCE = 5.0
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def modified(path: Path) -> float:
    """Time of the last change; 0 where there is no file."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _process_name(pid: int) -> str | None:
    """None for a process that is no more, or waits for nothing but that somebody asks how it ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    name, _open, rest = state.partition("(")[2].rpartition(")")
    return None if rest.strip().startswith(("Z", "X")) else name


class Service:
    """What both ways share: is it there, since when, does it answer."""

    def __init__(self, run: Runner, socket_path: Path, pid_file: Path, wait_timeout: float) -> None:
        self.run = run
        self.socket_path = socket_path
        self.pid_file = pid_file
        self.wait_timeout = wait_timeout

    def is_up(self) -> bool:
        return api.answers(self.socket_path)

    def version(self) -> str:
        return api.version(self.socket_path)

    def older_than(self, path: Path) -> bool:
        """Whether the file changed after the engine read it: it writes its pid file when it starts."""
        return modified(path) > max(modified(self.pid_file), modified(self._loaded))

    @property
    def _loaded(self) -> Path:
        """Its time is the engine's last reload. It lies where a boot removes it."""
        return self.pid_file.with_name(f"{self.pid_file.name}.slipway-loaded")

    @property
    def _pending(self) -> Path:
        return self.pid_file.with_name(f"{self.pid_file.name}.slipway-pending")

    def restart_is_pending(self) -> bool:
        return self._pending.exists()

    @contextlib.contextmanager
    def pending(self) -> t.Iterator[None]:
        """A mark for the next run, in case that this one is killed before the engine has what is changed here."""
        if self.is_up():
            self._pending.touch()
        yield
        self.settled()

    def settled(self) -> None:
        """The engine has what is on the disk."""
        self._pending.unlink(missing_ok=True)

    def reload_config(self) -> bool:
        """Let it read its configuration again; whether it says that it has."""
        since = time.time()
        self.reload()
        deadline = time.monotonic() + _RELOAD_PATIENCE
        while time.monotonic() < deadline:
            if api.was_reloaded(self.socket_path, since, time.time()):
                self._loaded.touch()
                return True
            time.sleep(0.1)
        return False

    def read_units(self) -> None:
        """Where there is a manager that keeps units in memory."""

    def reload(self) -> None:
        raise NotImplementedError

    def prepared(self) -> bool:
        """Whether it starts at boot too, where there is a manager that can do that."""
        return True

    def prepare(self) -> None:
        """Make `prepared` true."""

    def is_own(self) -> bool:
        """Whether the running engine is one that we started and may stop."""
        return False

    def stop(self) -> None:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def restart(self) -> None:
        raise NotImplementedError


class DetachedService(Service):
    """A process of its own session with its log in a file; its pid file says which one it is."""

    def __init__(
        self,
        run: Runner,
        socket_path: Path,
        pid_file: Path,
        wait_timeout: float,
        *,
        command: t.Sequence[str],
        log_file: Path,
    ) -> None:
        super().__init__(run, socket_path, pid_file, wait_timeout)
        self.command = command
        self.log_file = log_file

    def start(self) -> None:
        if self._pid() is not None and self._wait_until_up(lambda: self._pid() is None):
            return  # somebody started it a moment ago
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self.log_file.chmod(0o640)
            begin = log.tell()
            pid = self._spawn(log)
        if not self._wait_until_up(lambda: _process_name(pid) is None):
            raise TransportError(f"The engine did not start: {reason(self._log_from(begin))} (log: {self.log_file}).")

    def restart(self) -> None:
        self.stop()
        self.start()

    def reload(self) -> None:
        pid = self._pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)

    def _spawn(self, log: t.IO[bytes]) -> int:
        env = {k: v for k, v in os.environ.items() if k in _INHERITED or k.lower().endswith("_proxy")}
        env["PATH"] = f"{env.get('PATH', '')}:{SEARCH_PATH}".lstrip(":")
        return detach(self.command, log, env)

    def is_own(self) -> bool:
        """By where its output goes: to our log."""
        pid = self._pid()
        return pid is not None and Path(f"/proc/{pid}/fd/1").resolve() == self.log_file.resolve()

    def stop(self) -> None:
        """End the one process that the pid file names, and wait for its end."""
        pid = self._pid()
        if pid is None:
            if self.is_up():
                raise TransportError(
                    f"An engine answers at {self.socket_path}, but {self.pid_file} does not name its process: "
                    "it was not started here, so restart it yourself."
                )
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + self.wait_timeout
        while self._pid() == pid:
            if time.monotonic() > deadline:
                raise TransportError(f"The engine (pid {pid}) did not end in {self.wait_timeout:.0f} s after SIGTERM.")
            time.sleep(0.1)

    def _pid(self) -> t.Optional[int]:
        """The running engine's process id; a stale pid file counts as none."""
        try:
            pid = int(self.pid_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return pid if _process_name(pid) == Path(self.command[0]).name[:15] else None

    def _wait_until_up(self, given_up: t.Callable[[], bool]) -> bool:
        deadline = time.monotonic() + self.wait_timeout
        while time.monotonic() < deadline:
            if self.is_up():
                return True
            if given_up():
                return self.is_up()
            time.sleep(0.2)
        return False

    def _log_from(self, begin: int) -> str:
        with self.log_file.open("rb") as log:
            log.seek(begin)
            return log.read()[-65536:].decode("utf-8", "replace")
