# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine on this host, asked by its socket: a start of the command `docker` takes longer than most answers."""

from __future__ import annotations

import typing as t
from pathlib import Path
from urllib.parse import quote

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import (
    DEFAULT_SOCKET,
    ApiError,
    EngineApi,
    Send,
    socket_sender,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import (
    Engine,
    EngineError,
    EngineInfo,
    LocalImage,
    local_image,
    parse_info,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import read_docker_config

_DEFAULT_CONTEXT = "default"


class SocketEngine(Engine):
    """Reads and tags by the socket. What takes long or needs credentials stays with the command."""

    def __init__(self, run: Runner, send: Send) -> None:
        super().__init__(run)
        self._api = EngineApi(send)

    def info(self) -> EngineInfo:
        return parse_info(self._api.get("/info"))

    def images(self, names: t.Sequence[str]) -> t.Dict[str, LocalImage]:
        found = {name: local_image(data) for name in dict.fromkeys(names) if (data := self._inspected(name))}
        return {name: image for name, image in found.items() if name in image.tags or name in image.digests}

    def image_id(self, name: str) -> t.Optional[str]:
        data = self._inspected(name)
        return str(data["Id"]) if data else None

    def tag(self, source: str, name: str) -> None:
        """`name` has a tag."""
        repository, _colon, tag = name.rpartition(":")
        try:
            self._api.post(f"{_path(source)}/tag", repo=repository, tag=tag)
        except ApiError as exc:
            raise EngineError(f"Cannot tag {source} as {name}: {exc.message}") from exc

    def _inspected(self, name: str) -> t.Optional[t.Mapping[str, t.Any]]:
        return t.cast(t.Optional[t.Mapping[str, t.Any]], self._api.find(f"{_path(name)}/json"))


def _path(image: str) -> str:
    return f"/images/{quote(image, safe='/:@')}"


def engine_of(run: Runner, env: t.Mapping[str, str]) -> Engine:
    """Reads by the socket where that is what the command would speak to, and by the command elsewhere."""
    socket = socket_of(env)
    return SocketEngine(run, socket_sender(socket)) if socket else Engine(run)


def socket_of(env: t.Mapping[str, str]) -> t.Optional[str]:
    """None where the way to the engine is a matter of ssh, TLS or contexts, or where there is no socket."""
    address = env.get("DOCKER_HOST") or (f"unix://{DEFAULT_SOCKET}" if _is_default(env) else "")
    kind, _colon, path = address.partition("://")
    return path if kind == "unix" and Path(path).is_socket() else None


def _is_default(env: t.Mapping[str, str]) -> bool:
    """What is wrong with a configuration is told by whoever needs it."""
    try:
        context = env.get("DOCKER_CONTEXT") or read_docker_config(env).get("currentContext")
    except InputError:
        return False
    return context in (None, "", _DEFAULT_CONTEXT)
