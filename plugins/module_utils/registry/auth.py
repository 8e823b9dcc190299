# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of a registry: given ones, or those that `docker login` left in config.json."""

from __future__ import annotations

import base64
import binascii
import json
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import DOCKER_HUB

#: The key under which Docker keeps the login of Docker Hub.
HUB_KEY = "https://index.docker.io/v1/"


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        return "Basic " + _encode(self.username, self.password)


def _encode(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def given(username: t.Optional[str], password: t.Optional[str]) -> t.Optional[Credentials]:
    if username and password is not None:
        return Credentials(username, password)
    return None


def config_key(registry: str) -> str:
    """registry is host[:port]."""
    return HUB_KEY if registry == DOCKER_HUB else registry


def docker_config_file(env: t.Mapping[str, str]) -> Path:
    folder = env.get("DOCKER_CONFIG")
    return (Path(folder) if folder else Path(env.get("HOME") or "/root") / ".docker") / "config.json"


def from_docker_config(registry: str, env: t.Mapping[str, str]) -> t.Optional[Credentials]:
    """The login of `registry` in config.json. Credential helpers are not asked: they belong to desktops."""
    path = docker_config_file(env)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    try:
        auths = json.loads(text).get("auths") or {}
    except (ValueError, AttributeError) as exc:
        raise InputError(f"{path} is not a Docker configuration: {exc}.") from exc
    for key, entry in auths.items():
        if _host_of(key) == _host_of(config_key(registry)) and isinstance(entry, dict):
            return _from_entry(entry)
    return None


def _from_entry(entry: t.Mapping[str, t.Any]) -> t.Optional[Credentials]:
    if entry.get("username") and entry.get("password"):
        return Credentials(entry["username"], entry["password"])
    try:
        user, colon, password = base64.b64decode(entry.get("auth") or "").decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Credentials(user, password.rstrip("\0")) if colon else None


def docker_config(registry: str, credentials: Credentials, base: t.Mapping[str, t.Any]) -> str:
    """config.json as it is, with this one login. Stores would be asked first, and are left out."""
    auth = {"auth": _encode(credentials.username, credentials.password)}
    kept = {key: value for key, value in base.items() if key not in ("credsStore", "credHelpers")}
    return json.dumps({**kept, "auths": {**(base.get("auths") or {}), config_key(registry): auth}})


def _host_of(key: str) -> str:
    """Keys are written as host, as https://host and as https://host/v1/."""
    return re.sub(r"\Ahttps?://", "", key).split("/", 1)[0]


@dataclass(frozen=True)
class Challenge:
    """What a registry's WWW-Authenticate header asks for."""

    scheme: str
    parameters: t.Mapping[str, str]


def parse_challenge(header: str) -> Challenge:
    scheme, _space, rest = header.strip().partition(" ")
    pairs = re.findall(r'([A-Za-z]+)=(?:"([^"]*)"|([^\s,]+))', rest)
    return Challenge(scheme.lower(), {key.lower(): quoted or plain for key, quoted, plain in pairs})
