# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token server that distribution believes: it knows who may do what, and writes down what was asked of it."""

from __future__ import annotations

import base64
import json
import time
import typing as t
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from certificates import Authority
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from server import Handler, Server

#: name -> (password, what it may do in which repositories; "" is any other)
USERS: dict[str, tuple[str, dict[str, set[str]]]] = {
    "anna": ("right-password", {"": {"pull", "push", "delete", "*"}}),
    "reader": ("read-password", {"": {"pull"}}),
    "walled": ("wall-password", {"": {"pull", "push"}, "secret/app": set()}),
}
IDENTITY_TOKEN = "identity-token-of-anna"
NOBODY: dict[str, set[str]] = {"public/app": {"pull"}}


class _Handler(Handler):
    owner: TokenServer

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        user = self._user()
        self.owner.asked.append({"how": "GET", "user": user or "", "scope": query.get("scope", [])})
        if user is None and self.headers.get("Authorization"):
            return self.answer(401, b"{}")
        return self._give(user, query.get("scope", []))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        scopes = form.get("scope", [""])[0].split()
        self.owner.asked.append({"how": "POST", "user": form["grant_type"][0], "scope": scopes})
        if form.get("refresh_token") != [IDENTITY_TOKEN]:
            return self.answer(400, b'{"error": "invalid_grant"}')
        return self._give("anna", scopes)

    def _user(self) -> t.Optional[str]:
        scheme, _space, value = self.headers.get("Authorization", "").partition(" ")
        name, _colon, password = base64.b64decode(value).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return name if name in USERS and USERS[name][0] == password else None

    def _give(self, user: t.Optional[str], scopes: list[str]) -> None:
        rights = USERS[user][1] if user else NOBODY
        access = []
        for scope in scopes:
            kind, _colon, rest = scope.partition(":")
            name, _colon, actions = rest.rpartition(":")
            allowed = rights.get(name, rights.get("", set()))
            access.append({"type": kind, "name": name, "actions": [a for a in actions.split(",") if a in allowed]})
        token = self.owner.sign(user or "", access)
        return self.answer(200, json.dumps({"token": token, "access_token": token, "expires_in": 300}).encode())


class TokenServer(Server):
    handler = _Handler

    def __init__(self, authority: Authority, tls: tuple[Path, Path]) -> None:
        super().__init__(tls)
        self.asked: list[dict[str, t.Any]] = []
        self._certificate, key = authority.issue("token-signer")
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        self._key = loaded
        self._authority = authority

    @property
    def registry_auth(self) -> dict[str, t.Any]:
        """For distribution's configuration."""
        return {
            "token": {
                "realm": f"{self.url}/token",
                "service": "tests",
                "issuer": "tests",
                "rootcertbundle": str(self._authority.ca_file),
            }
        }

    def sign(self, user: str, access: list[dict[str, t.Any]]) -> str:
        lines = self._certificate.read_text().strip().splitlines()[1:-1]
        header = {"typ": "JWT", "alg": "RS256", "x5c": ["".join(lines)]}
        now = int(time.time())
        claims = {"iss": "tests", "sub": user, "aud": "tests", "iat": now, "nbf": now - 5, "exp": now + 300, "jti": "1"}
        signed = f"{_part(header)}.{_part({**claims, 'access': access})}"
        return f"{signed}.{_base64(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _part(value: t.Any) -> str:
    return _base64(json.dumps(value).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
