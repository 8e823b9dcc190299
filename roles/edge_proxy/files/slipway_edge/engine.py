# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the container engine: what runs, with which labels and addresses, and what happens from now on."""

from __future__ import annotations

import http.client
import json
import typing as t
import urllib.parse
from dataclasses import dataclass
from http import HTTPStatus

from slipway_edge import labels
from slipway_edge.unixhttp import ReplyError, UnixConnection, ask

_EVENTS = ("start", "die", "kill", "pause", "unpause", "health_status", "destroy", "rename", "connect", "disconnect")


@dataclass(frozen=True)
class Container:
    """A running container that asks for routes. `health`: empty where it has no check."""

    id: str
    name: str
    started: str
    health: str
    paused: bool
    endpoints: tuple[Endpoint, ...]
    problems: tuple[str, ...] = ()
    stop_signal: str = "SIGTERM"


@dataclass(frozen=True)
class Endpoint:
    """Where one of its routes leads."""

    route: labels.Route
    address: str


class Engine:
    def __init__(self, socket_path: str) -> None:
        self._path = socket_path

    def containers(self) -> list[Container]:
        """All that run and ask for routes."""
        listed = ask(self._path, "GET", "/containers/json")
        found = (self._inspect(item["Id"]) for item in listed if labels.has_routes(item.get("Labels") or {}))
        return [container for container in found if container is not None]

    def _inspect(self, ident: str) -> Container | None:
        try:
            facts = ask(self._path, "GET", f"/containers/{ident}/json")
        except ReplyError as exc:
            if exc.missing:
                return None
            raise
        return container_of(facts)

    def identify(self, name: str) -> str | None:
        """A container's whole id by its name or the beginning of its id, whether it runs or not."""
        try:
            return str(ask(self._path, "GET", f"/containers/{urllib.parse.quote(name, safe='')}/json")["Id"])
        except ReplyError as exc:
            if exc.missing:
                return None
            raise

    def events(self) -> t.Iterator[dict[str, t.Any] | None]:
        """None when the stream is open, then what happens from now on. OSError when the engine goes away."""
        filters = json.dumps({"type": ["container", "network"], "event": list(_EVENTS)})
        connection = UnixConnection(self._path, None)
        try:
            connection.request("GET", "/events?filters=" + urllib.parse.quote(filters))
            response = connection.getresponse()
            if response.status != HTTPStatus.OK:
                raise ReplyError(response.status, "events")
            yield None
            for line in response:
                yield json.loads(line)
            raise ConnectionResetError("the engine closed its stream of events")
        except http.client.HTTPException as exc:
            raise ConnectionResetError(f"the engine's stream of events broke: {exc!r}") from exc
        finally:
            connection.close()


def container_of(facts: t.Mapping[str, t.Any]) -> Container | None:
    """From what `inspect` says; None where it does not run."""
    state, config = facts["State"], facts["Config"]
    if not state.get("Running") or state.get("Restarting"):
        return None
    routes, problems = labels.routes_of(config.get("Labels") or {})
    networks = facts.get("NetworkSettings", {}).get("Networks") or {}
    endpoints = []
    for route in routes:
        address = _address(route.network, networks)
        if address:
            endpoints.append(Endpoint(route, address))
        else:
            problems.append(f"It has no address{f' in the network {route.network}' if route.network else ''}.")
    return Container(
        id=facts["Id"],
        name=facts["Name"].lstrip("/"),
        started=state.get("StartedAt", ""),
        health=(state.get("Health") or {}).get("Status", "").replace("none", ""),
        paused=bool(state.get("Paused")),
        endpoints=tuple(endpoints),
        problems=tuple(dict.fromkeys(problems)),
        stop_signal=config.get("StopSignal") or "SIGTERM",
    )


def _address(wanted: str, networks: t.Mapping[str, t.Any]) -> str:
    """In the network that the label names, else in the first by name. The host's network is the host."""
    for name, network in sorted(networks.items()):
        if wanted and name != wanted:
            continue
        if name == "host":
            return "127.0.0.1"
        address = str(network.get("IPAddress") or network.get("GlobalIPv6Address") or "")
        if address:
            return address
    return ""
