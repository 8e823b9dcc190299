# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One registry over HTTP: login when it asks, redirects without our credentials, patience. Knows no API."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import (
    FAILURES,
    Answer,
    Body,
    HttpClient,
    Response,
    tls_context,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.errors import RegistryRefused, unreachable
from ansible_collections.slipway.deploy.plugins.module_utils.registry.login import Login
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import NO_PATIENCE, TOO_MANY, Patience

REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_UNAUTHORIZED = 401
_RATE_LIMIT = b"pull rate limit"
#: A part of it may have been taken: the sender must ask first.
_NOT_REPEATED = ("PATCH",)
_Sent = t.Union[bytes, Body, None]


@dataclass(frozen=True)
class Endpoint:
    """Where a registry answers and how to trust it."""

    url: str
    ca_files: t.Tuple[str, ...] = ()
    #: Only for registries that the engine, too, is told not to check.
    verify: bool = True

    @property
    def registry(self) -> str:
        return urlsplit(self.url).netloc


def endpoint(url: str, ca_file: t.Optional[str] = None) -> Endpoint:
    """What a user gives: an address (https:// when left out) and perhaps a file."""
    full = url if "://" in url else f"https://{url}"
    parts = urlsplit(full)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise InputError(f"{url!r} is not a registry's address: write https://host[:port].")
    return Endpoint(f"{parts.scheme}://{parts.netloc}", authority(ca_file, parts.netloc))


def authority(ca_file: t.Optional[str], registry: str) -> t.Tuple[str, ...]:
    if ca_file and not Path(ca_file).is_file():
        raise InputError(f"There is no CA certificate {ca_file} for registry {registry}.")
    return (ca_file,) if ca_file else ()


class Transport:
    """Sends requests to one registry. Safe for several threads."""

    def __init__(
        self,
        where: Endpoint,
        credentials: t.Optional[Credentials] = None,
        timeout: float = 30.0,
        patience: Patience = NO_PATIENCE,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.registry = where.registry
        self.username = credentials.username if credentials else None
        self.patience = patience
        self.sleep = sleep
        self._url = where.url
        self._secure = where.url.startswith("https:")
        self._http = HttpClient(tls_context(where.ca_files, verify=where.verify) if self._secure else None, timeout)
        self._elsewhere: t.Dict[str, Login] = {}
        self._login = Login(self._http, where.registry, credentials, secure=self._secure)

    def url(self, target: str) -> str:
        return urljoin(self._url, target)

    def answers(self) -> bool:
        """Whether anything is here, by this scheme."""
        try:
            self._http.request("GET", self.url("/v2/"))
        except FAILURES:
            return False
        return True

    def request(
        self, method: str, target: str, scope: str, headers: t.Optional[t.Mapping[str, str]] = None, body: _Sent = None
    ) -> Response:
        """The whole answer, whatever its status. Sent again where that can help."""
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._once(method, self.url(target), scope, headers or {}, body).whole()
            except FAILURES as exc:
                wait = self._wait_after_break(method, exc, attempt)
                if wait is None:
                    raise unreachable(self.registry, exc) from exc
            else:
                wait = self.wait_after_answer(method, answer, attempt)
                if wait is None:
                    return answer
            self.sleep(wait)

    def open(self, target: str, scope: str, headers: t.Mapping[str, str]) -> Answer:
        """A GET whose body the caller reads. Once, and as it fails: the caller knows how far it came."""
        return self._once("GET", self.url(target), scope, headers, None)

    def wait_after_answer(self, method: str, answer: Response, attempt: int) -> t.Optional[float]:
        if method in _NOT_REPEATED or (answer.status == TOO_MANY and _RATE_LIMIT in answer.body):
            return None
        return self.patience.after_answer(answer.status, answer.headers.get("retry-after"), attempt)

    def _wait_after_break(self, method: str, exc: Exception, attempt: int) -> t.Optional[float]:
        return None if method in _NOT_REPEATED else self.patience.after_break(exc, attempt)

    def _once(self, method: str, url: str, scope: str, headers: t.Mapping[str, str], body: _Sent) -> Answer:
        for _hop in range(_MOST_REDIRECTS):
            answer = self._logged_in(method, url, scope, headers, body)
            if method not in ("GET", "HEAD") or answer.status not in REDIRECTS:
                return answer
            answer.whole()
            url = self._next(url, answer.headers.get("location", ""))
        raise RegistryRefused(f"Registry {self.registry} sends {urlsplit(url).path} in circles.", answer.status)

    def _next(self, url: str, location: str) -> str:
        following = urljoin(url, location)
        if not location or (self._secure and not following.startswith("https:")):
            raise RegistryRefused(
                f"Registry {self.registry} redirects {urlsplit(url).path} to {_bare(following)!r}, "
                "away from TLS: have it redirect to https.",
                307,
            )
        return following

    def _logged_in(self, method: str, url: str, scope: str, headers: t.Mapping[str, str], body: _Sent) -> Answer:
        """On a challenge log in and send again, once. Other hosts (stores, mirrors) never see our login."""
        login = self._login_at(urlsplit(url).netloc)
        ours = login.headers(scope)
        answer = self._http.open(method, url, {"User-Agent": "slipway", **headers, **ours}, body)
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status == _UNAUTHORIZED and login.answer(challenge, scope, sent=bool(ours)):
            answer.whole()
            answer = self._http.open(method, url, {"User-Agent": "slipway", **headers, **login.headers(scope)}, body)
        return answer

    def _login_at(self, host: str) -> Login:
        if host == self.registry:
            return self._login
        return self._elsewhere.setdefault(host, Login(self._http, host, None, secure=self._secure))


def _bare(url: str) -> str:
    """Without the query: a store's signature lies there."""
    return url.partition("?")[0]
