# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tries a configuration: the registry starts on it, on another port, and ends again."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import typing as t
from pathlib import Path

from slipway_registry.host import Host, RegistryError, as_registry

_SECONDS = 20.0
_LISTENS = "listening on"
#: Ports of its own, beside the registry that runs; and it must say that it listens.
_ASIDE = {"REGISTRY_HTTP_ADDR": "127.0.0.1:0", "REGISTRY_HTTP_DEBUG_ADDR": "", "REGISTRY_LOG_LEVEL": "info"}


def check(host: Host, config: Path, environment: t.Mapping[str, str]) -> None:
    """RegistryError with its own words where it does not come to listen. As its user, to whom its files must belong."""
    host.runtime.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=host.runtime, suffix=".yml") as copy:
        copy.write(config.read_bytes())
        copy.flush()
        if host.user:
            shutil.chown(copy.name, host.user, host.user)
        said = _try(host, copy.name, environment)
    if said is not None:
        raise RegistryError(f"The registry does not start with it: {_last_words(said)}")


def _try(host: Host, config: str, environment: t.Mapping[str, str]) -> list[str] | None:
    process = subprocess.Popen(
        [host.program, "serve", config],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment, **_ASIDE},
        **as_registry(host),
    )
    try:
        return _until_it_listens(process)
    finally:
        process.kill()
        process.wait()


def _until_it_listens(process: subprocess.Popen[str]) -> list[str] | None:
    """None when it does; else all that it said."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line.strip())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    said: list[str] = []
    deadline = time.monotonic() + _SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if line is None:
            return said
        said.append(line)
        if _LISTENS in line and "debug server" not in line:
            return None
    return [*said, f"it does not listen after {_SECONDS:g} seconds"]


def _last_words(said: t.Sequence[str]) -> str:
    """A panic comes with a stack: what it is about stands at its beginning."""
    panics = [line for line in said if "panic:" in line or "level=fatal" in line or "rror" in line]
    return (panics or [line for line in said if line] or ["it says nothing"])[0]
