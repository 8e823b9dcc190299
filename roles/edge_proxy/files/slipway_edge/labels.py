# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container's labels say of its routes. Pure; a label that cannot be is a problem, never a broken proxy."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

PREFIX = "slipway.deploy.route."
_KEYS = frozenset({"host", "path", "port", "scheme", "network", "priority"})
_SCHEMES = ("http", "https", "h2c")
# Strict on purpose: Caddy would expand a placeholder in braces.
_LONGEST_NAME = 253
_LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")
_PATH = re.compile(r"/[A-Za-z0-9/_.~%@+=:,-]*")


class LabelError(ValueError):
    """One sentence: which label, and what it should be."""


@dataclass(frozen=True, order=True)
class Pool:
    """What one of Caddy's routes matches, and how its containers are spoken to."""

    host: str
    path: str = ""
    scheme: str = "http"


@dataclass(frozen=True)
class Route:
    """A container's place in a pool."""

    pool: Pool
    port: int
    network: str = ""
    priority: int = 0


def routes_of(labels: t.Mapping[str, str]) -> tuple[list[Route], list[str]]:
    """The routes that these labels ask for, and what is wrong with the rest."""
    routes: list[Route] = []
    problems: list[str] = []
    for name, options in sorted(_by_name(labels).items()):
        try:
            routes.extend(_routes(name, options))
        except LabelError as exc:
            problems.append(str(exc))
    return routes, problems


def has_routes(labels: t.Mapping[str, str]) -> bool:
    return any(key.startswith(PREFIX) for key in labels)


def _by_name(labels: t.Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`slipway.deploy.route.host` is of the route "", `slipway.deploy.route.api.host` of the route "api"."""
    found: dict[str, dict[str, str]] = {}
    for key, value in labels.items():
        if key.startswith(PREFIX):
            name, _dot, option = key[len(PREFIX) :].rpartition(".")
            found.setdefault(name, {})[option] = value.strip()
    return found


def _routes(name: str, options: t.Mapping[str, str]) -> list[Route]:
    where = PREFIX + (name + "." if name else "")
    unknown = sorted(set(options) - _KEYS)
    if unknown:
        raise LabelError(f"{where}{unknown[0]}: there is no such label; there are {', '.join(sorted(_KEYS))}.")
    scheme = options.get("scheme") or "http"
    if scheme not in _SCHEMES:
        raise LabelError(f"{where}scheme: '{scheme}' is none of {', '.join(_SCHEMES)}.")
    port = _number(where, "port", options.get("port", ""), 1, 65535)
    priority = _number(where, "priority", options.get("priority") or "0", -1000, 1000)
    path = _path(where, options.get("path", ""))
    return [
        Route(Pool(host, path, scheme), port, options.get("network", ""), priority)
        for host in _hosts(where, options.get("host", ""))
    ]


def _hosts(where: str, value: str) -> list[str]:
    hosts = sorted({host.strip().lower() for host in value.split(",") if host.strip()})
    if not hosts:
        raise LabelError(f"{where}host: a route needs at least one host name.")
    for host in hosts:
        if len(host) > _LONGEST_NAME or not _HOST.fullmatch(host):
            raise LabelError(f"{where}host: '{host}' is no host name.")
    return hosts


def _path(where: str, value: str) -> str:
    """Without a slash at its end: /api is a prefix of /api and of /api/x, not of /apiary."""
    if value and not _PATH.fullmatch(value):
        raise LabelError(f"{where}path: '{value}' is no path prefix such as /api.")
    return value.rstrip("/")


def _number(where: str, option: str, value: str, low: int, high: int) -> int:
    # At most six characters: int() takes quadratic time.
    number = int(value) if re.fullmatch(r"-?[0-9]{1,5}", value) else None
    if number is None or not low <= number <= high:
        raise LabelError(f"{where}{option}: '{value}' is no number from {low} to {high}.")
    return number
