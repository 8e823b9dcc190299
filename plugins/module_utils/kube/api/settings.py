# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the `kubernetes` library's Configuration is for us, without the library.

Importing it takes as long as a task that changes nothing. It is still the one that reads kubeconfigs with credential
plugins, providers or several files: there it knows much that is not worth knowing twice.
"""

from __future__ import annotations

import base64
import functools
import os
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

Entry = t.Mapping[str, t.Any]
#: Users with anything else are left to the library.
_KNOWN_USER = frozenset(
    (
        *("token", "tokenFile", "username", "password"),
        *("client-certificate", "client-certificate-data", "client-key", "client-key-data"),
    )
)
_KNOWN_CLUSTER = frozenset(
    (
        *("server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify"),
        *("tls-server-name", "proxy-url", "disable-compression", "extensions"),
    )
)


@dataclass
class Settings:
    """The attributes of Configuration that pool.py reads."""

    host: str = "http://localhost"
    ssl_ca_cert: t.Optional[str] = None
    cert_file: t.Optional[str] = None
    key_file: t.Optional[str] = None
    verify_ssl: bool = True
    tls_server_name: t.Optional[str] = None
    proxy: t.Optional[str] = None
    no_proxy: t.Optional[str] = None
    username: t.Optional[str] = None
    password: t.Optional[str] = None
    api_key: t.Dict[str, str] = field(default_factory=dict)

    def auth_settings(self) -> t.Dict[str, t.Dict[str, str]]:
        token = self.api_key.get("BearerToken")
        return {"BearerToken": {"key": "authorization", "value": token}} if token else {}

    def get_basic_auth_token(self) -> str:
        pair = f"{self.username or ''}:{self.password or ''}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


def plain_settings(document: Entry, context: str, base: Path, temp_dir: t.Callable[[], str]) -> t.Optional[Settings]:
    """By a kubeconfig's context; None where there is more to it than this file knows. `base`: of relative paths.

    `temp_dir` makes a folder for keys that stand in the kubeconfig itself.
    """
    chosen = _named(document.get("contexts"), context, "context")
    cluster = _named(document.get("clusters"), chosen.get("cluster"), "cluster")
    user = _named(document.get("users"), chosen.get("user"), "user")
    if set(user) - _KNOWN_USER or set(cluster) - _KNOWN_CLUSTER or not isinstance(cluster.get("server"), str):
        return None
    if not _is_text(user) or not _is_text({k: v for k, v in cluster.items() if k in _FILES}):
        return None
    files = _Files(base, temp_dir)
    settings = Settings(
        host=cluster["server"].rstrip("/"),
        ssl_ca_cert=files.of(cluster, "certificate-authority"),
        cert_file=files.of(user, "client-certificate"),
        key_file=files.of(user, "client-key"),
        verify_ssl=not cluster.get("insecure-skip-tls-verify", False),
        tls_server_name=cluster.get("tls-server-name"),
        proxy=cluster.get("proxy-url"),
        username=user.get("username"),
        password=user.get("password"),
    )
    token = _token(user, base)
    if token:
        settings.api_key["BearerToken"] = f"Bearer {token}"
    return settings


_FILES = ("certificate-authority", "certificate-authority-data")


def _is_text(entry: Entry) -> bool:
    return all(isinstance(value, str) for value in entry.values())


def _named(entries: t.Any, name: t.Any, key: str) -> Entry:
    """Empty where there is none: the library says what is wrong with it."""
    for entry in entries or []:
        if isinstance(entry, dict) and entry.get("name") == name and isinstance(entry.get(key), dict):
            return t.cast(Entry, entry[key])
    return {}


def _token(user: Entry, base: Path) -> str:
    if user.get("tokenFile"):
        return (base / str(user["tokenFile"])).read_text(encoding="utf-8").strip()
    return str(user.get("token") or "")


class _Files:
    """Files that are named, or whose content stands in the kubeconfig."""

    def __init__(self, base: Path, temp_dir: t.Callable[[], str]) -> None:
        self._base = base
        self._temp_dir = functools.lru_cache(maxsize=1)(temp_dir)

    def of(self, entry: Entry, key: str) -> t.Optional[str]:
        data = entry.get(f"{key}-data")
        if data:
            return self._written(key, base64.b64decode(data))
        if not entry.get(key):
            return None
        path = self._base / entry[key]
        path.stat()  # what is not there is told by name
        return str(path)

    def _written(self, name: str, content: bytes) -> str:
        path = Path(self._temp_dir(), name)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return str(path)
