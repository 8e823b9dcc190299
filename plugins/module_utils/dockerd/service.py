# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's process: under systemd, or started by hand where systemd is not PID 1."""

from __future__ import annotations

import os
import signal
import socket
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, detach
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config import reason

#: What the engine inherits when we start it: nothing of the session that deploys.
_INHERITED = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def modified(path: Path) -> float:
    """Time of the last change; 0 where there is no file."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def answers(socket_path: Path, timeout: float = 5.0) -> bool:
    """Whether an engine answers a ping."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(str(socket_path))
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


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
        return answers(self.socket_path)

    def older_than(self, path: Path) -> bool:
        """Whether the file changed after the engine's start: the engine writes its pid file when it starts."""
        return modified(path) > modified(self.pid_file)

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


class SystemdService(Service):
    """docker.service; systemd itself waits for the engine's readiness (Type=notify)."""

    UNIT = "docker.service"

    def prepared(self) -> bool:
        return self.run(["systemctl", "is-enabled", self.UNIT]).out.strip() == "enabled"

    def prepare(self) -> None:
        done = self.run(["systemctl", "enable", self.UNIT])
        if not done.ok:
            raise TransportError(f"systemctl enable {self.UNIT} failed: {done.tail(1)}")

    def start(self) -> None:
        self._do("start")

    def restart(self) -> None:
        self._do("restart")

    def _do(self, action: str) -> None:
        # A unit that failed a few times is refused until somebody says that this is known.
        self.run(["systemctl", "reset-failed", self.UNIT])
        since = f"@{int(time.time())}"
        done = self.run(["systemctl", action, self.UNIT])
        if not done.ok or not self.is_up():
            log = self.run(["journalctl", "-u", self.UNIT, "--since", since, "-o", "cat", "--no-pager"])
            raise TransportError(f"The engine did not {action}: {reason(log.out)}.")


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
