# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the engine over its socket: a ping, its version, whether it has taken a new configuration."""

from __future__ import annotations

import json
import typing as t
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import OK, unix_sender

_AT_ONCE = 8


def get(socket_path: Path, path: str, timeout: float = 5.0, method: str = "GET") -> t.Optional[bytes]:
    """The body of a good answer; None where nobody answers, or not so."""
    try:
        status, body = unix_sender({"DOCKER_HOST": f"unix://{socket_path}"}, timeout)(method, path, None)
    except TransportError:
        return None
    return body if status in OK else None


def answers(socket_path: Path) -> bool:
    return get(socket_path, "/_ping") is not None


def _json(socket_path: Path, path: str) -> t.Dict[str, t.Any]:
    try:
        data = json.loads(get(socket_path, path) or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def version(socket_path: Path) -> str:
    """As the engine writes it (`26.1.5+dfsg1`); empty where it does not answer."""
    return str(_json(socket_path, "/version").get("Version") or "")


def info(socket_path: Path) -> t.Dict[str, t.Any]:
    """What `docker info` shows; empty where the engine does not answer."""
    return _json(socket_path, "/info")


def containers(socket_path: Path) -> t.List[t.Dict[str, t.Any]]:
    """Those that run; none where the engine does not answer."""
    try:
        data = json.loads(get(socket_path, "/containers/json") or b"[]")
    except ValueError:
        return []
    return data if isinstance(data, list) else []


def running(socket_path: Path) -> t.List[str]:
    """The names of what runs. No answer is none that says that nothing does."""
    body = get(socket_path, "/containers/json")
    if body is None:
        raise TransportError(f"The engine at {socket_path} does not tell which containers run, so it is left alone.")
    return sorted(str(one["Names"][0]).lstrip("/") for one in json.loads(body))


def stop_all(socket_path: Path) -> None:
    """End every container as `docker stop` does: with live-restore they would go on running without an engine."""

    def stop(container: t.Mapping[str, t.Any]) -> None:
        get(socket_path, f"/containers/{container['Id']}/stop", timeout=60.0, method="POST")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(stop, containers(socket_path)))


def was_reloaded(socket_path: Path, since: float, until: float) -> bool:
    """Whether the engine says that it has taken a new configuration in between. It says so only when it has."""
    filters = urllib.parse.quote(json.dumps({"type": ["daemon"], "event": ["reload"]}))
    found = get(socket_path, f"/events?since={since:.6f}&until={until:.6f}&filters={filters}")
    return bool(found and found.strip())
