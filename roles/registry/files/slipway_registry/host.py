# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where everything is on the host, and the service that is stopped and started meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import subprocess
import sys
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

READ_ONLY = "REGISTRY_STORAGE_MAINTENANCE_READONLY"
_LOCK_SECONDS = 3600.0
_READY_SECONDS = 60.0


class RegistryError(Exception):
    """One sentence for whoever reads the journal or the task's result."""


@dataclass(frozen=True)
class Host:
    """What the role knows and writes into the units."""

    program: str = "/usr/bin/docker-registry"
    service: str = "docker-registry.service"
    user: str = "docker-registry"
    config: Path = Path("/etc/docker/registry/config.yml")
    ca_dir: Path = Path("/etc/docker/registry/ca")
    storage: Path = Path("/var/lib/docker-registry")
    port: int = 5000
    runtime: Path = Path("/run/slipway-registry")

    @property
    def environment_file(self) -> Path:
        """The unit reads it: what is in it holds until the host starts again."""
        return self.runtime / "environment"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def alone(host: Host) -> t.Iterator[None]:
    """One at a time: collecting garbage under a backup would take blobs from it. The kernel frees a dead one's lock."""
    host.runtime.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (host.runtime / "lock").open("a", encoding="utf-8") as handle:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as exc:
                if time.monotonic() > deadline:
                    raise RegistryError("Another backup, restore or collection is at work for an hour.") from exc
                time.sleep(0.5)
        yield


def systemctl(host: Host, action: str) -> None:
    done = subprocess.run(["systemctl", action, "--", host.service], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RegistryError(f"systemctl {action} {host.service} failed: {done.stderr.strip()}")


def await_port(port: int, seconds: float = _READY_SECONDS, pid: int | None = None) -> None:
    """Until somebody listens: the unit counts as started only then. Not longer than `pid` lives."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError as exc:
            if pid is not None and not Path(f"/proc/{pid}").exists():
                raise RegistryError(f"The registry ended before it listened on port {port}.") from exc
            if time.monotonic() > deadline:
                raise RegistryError(f"Nobody listens on port {port} after {seconds:g} seconds.") from exc
        time.sleep(0.1)


def main_process(host: Host) -> int:
    command = ["systemctl", "show", "--property=MainPID", "--value", "--", host.service]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() or 0)


def is_read_only(host: Host) -> bool:
    """By the environment of the process that runs: nothing else tells what it began with."""
    pid = main_process(host)
    if not pid:
        return False
    variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return any(variable.startswith(READ_ONLY.encode() + b"=") and b"true" in variable for variable in variables)


def become_read_only(host: Host) -> None:
    """It answers pulls and refuses pushes; requests under way have finished or failed before this returns."""
    host.runtime.mkdir(mode=0o755, parents=True, exist_ok=True)
    host.environment_file.write_text(f"{READ_ONLY}='{{\"enabled\": true}}'\n", encoding="utf-8")
    systemctl(host, "restart")
    if not is_read_only(host):
        raise RegistryError("The registry did not become read-only: nothing is collected.")


def become_writable(host: Host) -> None:
    """Also when it is so already: after a collection that was killed this alone runs."""
    with contextlib.suppress(FileNotFoundError):
        host.environment_file.unlink()
    if is_read_only(host):
        systemctl(host, "restart")


def as_registry(host: Host) -> dict[str, t.Any]:
    """For subprocess: the registry's user; without one it stays ours."""
    return {"user": host.user, "group": host.user, "extra_groups": []} if host.user else {}
