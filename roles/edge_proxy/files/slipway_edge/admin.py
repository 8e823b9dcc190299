# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Caddy's admin endpoint."""

from __future__ import annotations

import typing as t

from slipway_edge.config import Json
from slipway_edge.unixhttp import ask


class Caddy:
    def __init__(self, socket_path: str) -> None:
        self._path = socket_path

    def config(self) -> t.Any:
        """What it runs on."""
        return ask(self._path, "GET", "/config/")

    def load(self, config: Json) -> None:
        """All or nothing: what it cannot run leaves what it runs."""
        ask(self._path, "POST", "/load", config, timeout=60.0)

    def in_flight(self) -> dict[str, int]:
        """Requests under way by address. Whoever is not in it has none."""
        return {
            item["address"]: int(item["num_requests"]) for item in ask(self._path, "GET", "/reverse_proxy/upstreams")
        }
