# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the environment says. Read at the start, so that a missing setting stops the start, not the first visitor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LAST_PORT = 65535


class SettingsError(Exception):
    """A sentence for the log: which variable, and what is wrong with it."""


@dataclass(frozen=True)
class Settings:
    version: str
    title: str
    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_password: str = field(repr=False)
    redis_host: str
    redis_port: int


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    env = os.environ if env is None else env
    return Settings(
        version=env.get("APP_VERSION", "dev"),
        title=env.get("PAGE_TITLE", "Visits"),
        database_host=_required(env, "DATABASE_HOST"),
        database_port=_port(env, "DATABASE_PORT", 5432),
        database_name=env.get("DATABASE_NAME", "visits"),
        database_user=env.get("DATABASE_USER", "visits"),
        database_password=_secret(env, "POSTGRES_PASSWORD"),
        redis_host=env.get("REDIS_HOST", ""),
        redis_port=_port(env, "REDIS_PORT", 6379),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set")
    return value


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdigit() or not 1 <= int(value) <= _LAST_PORT:
        raise SettingsError(f"{name} is not a port number: {value!r}")
    return int(value)


def _secret(env: Mapping[str, str], name: str) -> str:
    """The value itself, or the file that NAME_FILE points to, as the official database images have it."""
    path = env.get(f"{name}_FILE", "")
    if not path:
        return _required(env, name)
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\n")
    except OSError as exc:
        raise SettingsError(f"{name}_FILE: {path}: {exc.strerror}") from exc
