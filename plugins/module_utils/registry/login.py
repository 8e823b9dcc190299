# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers a registry's challenge: basic credentials, or a token from the server that the registry names."""

from __future__ import annotations

import json
import threading
import time
import typing as t
from urllib.parse import urlencode, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import (
    Challenge,
    Credentials,
    parse_challenge,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import FAILURES, HttpClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import (
    RegistryRefused,
    not_allowed,
    unreachable,
)

#: The specification: a token without expires_in lives 60 seconds.
_TOKEN_LIFE = 60.0
#: Tokens are renewed this long before they end, so that none ends on the way.
_MARGIN = 10.0


class Login:
    """What a registry wants to see in the Authorization header, once it has said so."""

    def __init__(self, http: HttpClient, registry: str, credentials: t.Optional[Credentials]) -> None:
        self._http = http
        self._registry = registry
        self._credentials = credentials
        self._challenge: t.Optional[Challenge] = None
        self._tokens: t.Dict[str, t.Tuple[str, float]] = {}
        self._lock = threading.Lock()

    def headers(self, scope: str) -> t.Dict[str, str]:
        """Nothing until the registry has asked: credentials go to nobody who does not want them."""
        if self._challenge is None:
            return {}
        if self._challenge.scheme == "basic":
            return {"Authorization": self._credentials.basic} if self._credentials else {}
        with self._lock:
            return {"Authorization": f"Bearer {self._token(scope)}"}

    def answer(self, header: str, scope: str, *, sent: bool) -> bool:
        """Take up a challenge. True when it makes sense to send the request again; `sent`: with our credentials."""
        challenge = parse_challenge(header)
        if challenge.scheme == "basic":
            self._challenge = challenge
            return not sent and self._credentials is not None
        if challenge.scheme != "bearer" or "realm" not in challenge.parameters:
            return False
        with self._lock:
            self._challenge = challenge
            self._tokens.pop(scope, None)
        return True

    def _token(self, scope: str) -> str:
        known = self._tokens.get(scope)
        if known is None or known[1] < time.monotonic():
            known = self._fetch(scope)
            self._tokens[scope] = known
        return known[0]

    def _fetch(self, scope: str) -> t.Tuple[str, float]:
        parameters = self._challenge.parameters if self._challenge else {}
        realm = parameters.get("realm", "")
        wanted = {"service": parameters.get("service"), "scope": scope or parameters.get("scope")}
        query = urlencode({key: value for key, value in wanted.items() if value})
        headers = {"Authorization": self._credentials.basic} if self._credentials else {}
        try:
            answer = self._http.request("GET", realm + ("&" if "?" in realm else "?") + query, headers)
        except FAILURES as exc:
            raise unreachable(urlsplit(realm).netloc, exc) from exc
        if answer.status in (401, 403):
            raise not_allowed(self._registry, "a login", self._credentials.username if self._credentials else None)
        return _token_in(answer.status, answer.body, self._registry)


def _token_in(status: int, body: bytes, registry: str) -> t.Tuple[str, float]:
    try:
        data = json.loads(body)
        token = data.get("token") or data["access_token"]
    except (ValueError, KeyError, AttributeError) as exc:
        message = f"The token server of registry {registry} answered {status} without a token: try again later."
        raise RegistryRefused(message, status) from exc
    return token, time.monotonic() + max(float(data.get("expires_in") or _TOKEN_LIFE) - _MARGIN, 1.0)
