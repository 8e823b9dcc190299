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

from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.challenge import Challenge, parse_challenge
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import (
    FAILURES,
    HttpClient,
    Response,
)
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

    def __init__(
        self, http: HttpClient, registry: str, credentials: t.Optional[Credentials], *, secure: bool = True
    ) -> None:
        self._http = http
        self._registry = registry
        self._credentials = credentials
        self._secure = secure
        self._challenge: t.Optional[Challenge] = None
        self._tokens: t.Dict[str, t.Tuple[str, float]] = {}
        self._lock = threading.Lock()

    def headers(self, scope: str) -> t.Dict[str, str]:
        """Nothing until the registry has asked: credentials go to nobody who does not want them."""
        if self._challenge is None:
            return {}
        if self._credentials and self._credentials.registry_token:
            return {"Authorization": f"Bearer {self._credentials.registry_token}"}
        if self._challenge.scheme == "basic":
            return {"Authorization": self._credentials.basic} if self._credentials else {}
        with self._lock:
            return {"Authorization": f"Bearer {self._token(scope)}"}

    def answer(self, header: str, scope: str, *, sent: bool) -> bool:
        """Take up a challenge. True when it makes sense to send the request again; `sent`: with our credentials."""
        challenge = parse_challenge(header)
        if self._credentials and self._credentials.registry_token:
            self._challenge = challenge
            return not sent
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
        self._check_realm(realm)
        service, scopes = parameters.get("service", ""), scope or parameters.get("scope", "")
        try:
            if self._credentials and self._credentials.identity_token:
                answer = self._exchange(realm, service, scopes, self._credentials.identity_token)
            else:
                answer = self._ask(realm, service, scopes)
        except FAILURES as exc:
            raise unreachable(urlsplit(realm).netloc, exc) from exc
        if answer.status in (400, 401, 403):
            raise not_allowed(self._registry, "a login", self._credentials.username if self._credentials else None)
        return _token_in(answer.status, answer.body, self._registry)

    def _check_realm(self, realm: str) -> None:
        """Credentials that would travel in the open are not sent."""
        parts = urlsplit(realm)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RegistryRefused(f"Registry {self._registry} names no token server that can be asked: {realm!r}.", 401)
        if parts.scheme == "http" and self._secure and self._credentials:
            raise RegistryRefused(
                f"Registry {self._registry} wants the credentials sent to {realm} without TLS: "
                "have its token server served by https.",
                401,
            )

    def _ask(self, realm: str, service: str, scopes: str) -> Response:
        """The registry's own way: a GET, each scope by itself."""
        wanted = [("service", service)] if service else []
        wanted += [("scope", scope) for scope in scopes.split(" ") if scope]
        headers = {"Authorization": self._credentials.basic} if self._credentials else {}
        return self._http.request("GET", realm + ("&" if "?" in realm else "?") + urlencode(wanted), headers)

    def _exchange(self, realm: str, service: str, scopes: str, token: str) -> Response:
        """OAuth2: the identity token is a refresh token."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "service": service,
            "scope": scopes,
            "client_id": "slipway",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._http.request("POST", realm, headers, urlencode(form).encode())


def _token_in(status: int, body: bytes, registry: str) -> t.Tuple[str, float]:
    try:
        data = json.loads(body)
        token = data.get("token") or data["access_token"]
    except (ValueError, KeyError, AttributeError) as exc:
        message = f"The token server of registry {registry} answered {status} without a token: try again later."
        raise RegistryRefused(message, status) from exc
    return token, time.monotonic() + max(float(data.get("expires_in") or _TOKEN_LIFE) - _MARGIN, 1.0)
