# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of a registry: given ones, or those that `docker login` left in config.json and credential helpers."""

from __future__ import annotations

import base64
import binascii
import json
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import DOCKER_HUB
from ansible_collections.slipway.deploy.plugins.module_utils.registry.credential_helper import TOKEN_USER, ask

#: The key under which Docker keeps the login of Docker Hub.
HUB_KEY = "https://index.docker.io/v1/"


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str = field(repr=False)
    #: From an OAuth2 login: it is exchanged for tokens, instead of a password.
    identity_token: str = field(default="", repr=False)
    #: A token as it is sent, from whoever wrote config.json.
    registry_token: str = field(default="", repr=False)

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


def from_docker_config(
    registry: str, env: t.Mapping[str, str], run: t.Optional[Runner] = None
) -> t.Optional[Credentials]:
    """As Docker looks: the helper for this registry, the store for all, the file itself."""
    config = read_docker_config(env)
    key = config_key(registry)
    helper = (config.get("credHelpers") or {}).get(key) or config.get("credsStore")
    if helper:
        found = ask(str(helper), key, run or runner(env))
        if found is not None:
            return _from_helper(*found)
    for name, entry in (config.get("auths") or {}).items():
        if _host_of(name) == _host_of(key) and isinstance(entry, dict):
            credentials = _from_entry(entry)
            if credentials is not None:
                return credentials
    return None


def read_docker_config(env: t.Mapping[str, str]) -> t.Mapping[str, t.Any]:
    """Empty where there is none."""
    path = docker_config_file(env)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as exc:
        raise InputError(
            f"{path} cannot be read ({exc.strerror}): let this user read it, or set DOCKER_CONFIG."
        ) from exc
    try:
        config = json.loads(text)
    except ValueError as exc:
        raise InputError(f"{path} is not a Docker configuration: {exc}.") from exc
    if not isinstance(config, dict) or not isinstance(config.get("auths") or {}, dict):
        raise InputError(f"{path} is not a Docker configuration: write a JSON object with auths.")
    return config


def _from_helper(username: str, secret: str) -> Credentials:
    if username == TOKEN_USER:
        return Credentials("", "", identity_token=secret)
    return Credentials(username, secret)


def _from_entry(entry: t.Mapping[str, t.Any]) -> t.Optional[Credentials]:
    tokens = {
        "identity_token": str(entry.get("identitytoken") or ""),
        "registry_token": str(entry.get("registrytoken") or ""),
    }
    if entry.get("username") and entry.get("password"):
        return Credentials(entry["username"], entry["password"], **tokens)
    try:
        user, colon, password = base64.b64decode(entry.get("auth") or "").decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user, colon, password = "", "", ""
    if not colon and not any(tokens.values()):
        return None
    return Credentials(user, password.rstrip("\0"), **tokens)


def docker_config(registry: str, credentials: Credentials, base: t.Mapping[str, t.Any]) -> str:
    """config.json as it is, with this one login. Stores would be asked first, and are left out."""
    auth = {"auth": _encode(credentials.username, credentials.password)}
    kept = {key: value for key, value in base.items() if key not in ("credsStore", "credHelpers")}
    return json.dumps({**kept, "auths": {**(base.get("auths") or {}), config_key(registry): auth}})


def _host_of(key: str) -> str:
    """Keys are written as host, as https://host and as https://host/v1/."""
    return re.sub(r"\Ahttps?://", "", key).split("/", 1)[0]
