# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role lets an administrator choose, read from one JSON file."""

from __future__ import annotations

import json
import typing as t
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path


class SettingsError(ValueError):
    """One sentence: which setting, and what is wrong with it."""


@dataclass(frozen=True)
class Settings:
    """The file's keys are these names. Times are seconds."""

    #: `acme`, `files` (certificates that are there) or `off` (plain HTTP).
    tls: str = "acme"
    http_port: int = 80
    https_port: int = 443
    #: Plain HTTP is answered with a redirect; False serves the routes there too.
    redirect: bool = True
    protocols: t.Tuple[str, ...] = ("h1", "h2")
    acme_email: str = ""
    acme_ca: str = ""
    acme_ca_roots: t.Tuple[str, ...] = ()
    #: Each {"certificate": path, "key": path}.
    certificates: t.Tuple[t.Mapping[str, str], ...] = ()
    #: Hosts for which containers may ask; empty: any. `*.example.com` stands for every name below it.
    allowed_hosts: t.Tuple[str, ...] = ()
    trusted_proxies: t.Tuple[str, ...] = ()
    try_duration: float = 5.0
    dial_timeout: float = 1.0
    upstream_idle_timeout: float = 4.0
    #: How long Caddy believes an answer to its question who is in a pool.
    refresh: float = 0.25
    #: How long a route stays without a container.
    linger: float = 300.0
    access_log: bool = False
    #: Merged over the configuration that is made for Caddy.
    caddy_config: t.Mapping[str, t.Any] = field(default_factory=dict)
    caddy_group: str = "caddy"
    engine_socket: str = "/run/docker.sock"
    admin_socket: str = "/run/caddy-edge/admin.sock"
    runtime_dir: str = "/run/slipway-edge"
    state_dir: str = "/var/lib/slipway-edge"
    resolver: str = "127.0.0.1:5319"


def load(path: Path) -> Settings:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise SettingsError(f"{path} is not there: run the role edge_proxy.") from exc
    except ValueError as exc:
        raise SettingsError(f"{path} is no JSON: {exc}.") from exc
    return parse(values)


def _typed(name: str, value: t.Any) -> t.Any:
    """As the default is: JSON has lists for tuples, and whole numbers for seconds."""
    default = Settings.__dataclass_fields__[name]
    wanted = dict if default.default is MISSING else type(default.default)
    value = tuple(value) if isinstance(value, list) else value
    is_bool = isinstance(value, bool)
    value = float(value) if wanted is float and isinstance(value, int) and not is_bool else value
    if not isinstance(value, wanted) or is_bool != (wanted is bool):
        kinds = {str: "text", int: "a whole number", float: "a number", bool: "true or false", tuple: "a list"}
        raise SettingsError(f"{name}: {kinds.get(wanted, 'a mapping')} is wanted.")
    return value


def parse(values: t.Mapping[str, t.Any]) -> Settings:
    known = {entry.name for entry in fields(Settings)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise SettingsError(f"There is no setting '{unknown[0]}'.")
    settings = Settings(**{name: _typed(name, value) for name, value in values.items()})
    if settings.tls not in ("acme", "files", "off"):
        raise SettingsError(f"tls: '{settings.tls}' is none of acme, files, off.")
    if settings.tls == "files" and not settings.certificates:
        raise SettingsError("tls: 'files' needs at least one certificate.")
    if settings.tls != "off" and settings.http_port == settings.https_port:
        raise SettingsError(f"http_port and https_port are both {settings.http_port}: each needs its own.")
    return settings
