# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request to the API server: retries, and errors as types. Knows no kinds; client.py does."""

from __future__ import annotations

import json
import re
import time
import typing as t
from urllib.parse import urlencode

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Unreachable, api_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import Pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.retry import (
    ATTEMPTS,
    BUSY,
    after_answer,
    after_break,
    repeatable,
)

try:
    import urllib3
    from urllib3.exceptions import (
        HTTPError,
        LocationParseError,
        MaxRetryError,
        NameResolutionError,
        NewConnectionError,
        ProxyError,
        ReadTimeoutError,
        SSLError,
    )
except ImportError:  # configuration_for says what is missing before anything here runs
    pass

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0
_OK = 300
_UNCHANGED = 304
#: The connection broke when the server may have had all of it.
_DOUBT = " Whether it has taken this change is not known; run the task again."
_USER_AGENT = "slipway"
#: What does not speak TLS at all cannot have a wrong certificate.
_NO_TLS = ("EOF occurred", "WRONG_VERSION_NUMBER", "wrong version number", "RECORD_LAYER_FAILURE")
_PROXY_REFUSES, _PROXY_WANTS_USER = "Tunnel connection failed: 4", "Tunnel connection failed: 407"
_NOISE = re.compile(r"^(<[^>]*>|HTTPS?Connection(?:Pool)?\([^)]*\)): |^\[SSL: \w+\] | \(_ssl\.c:\d+\)$")


class Http:
    """Sends requests over the pool. Thread safe."""

    def __init__(self, pool: Pool, sleep: t.Callable[[float], None] = time.sleep) -> None:
        self._pool = pool
        self._sleep = sleep

    @property
    def server(self) -> str:
        return self._pool.server

    @property
    def identity(self) -> str:
        """See Pool.identity."""
        return self._pool.identity

    def send(
        self,
        method: str,
        path: str,
        *,
        query: t.Optional[t.Mapping[str, str]] = None,
        body: t.Any = None,
        content_type: t.Optional[str] = None,
        accept: str = "application/json",
        read_timeout: float = READ_TIMEOUT,
        stream: bool = False,
        retry_busy: bool = True,
        etag: str = "",
    ) -> t.Any:
        """The urllib3 response of a successful request; its body is read unless `stream`.

        Without `retry_busy` the caller sees a 429: for an eviction it means a disruption budget, not a busy server.
        With `etag` the answer may be 304: what we have is still right.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept, "User-Agent": _USER_AGENT}
        if etag:
            headers["If-None-Match"] = etag
        if data is not None:
            headers["Content-Type"] = content_type or "application/json"
        arguments: t.Dict[str, t.Any] = {
            "body": data,
            "preload_content": not stream,
            "retries": False,
            "redirect": False,
            "timeout": urllib3.Timeout(connect=CONNECT_TIMEOUT, read=read_timeout),
        }
        url = self.server + path + _query(query)
        return self._try(method, url, headers, arguments, repeatable(method, content_type), retry_busy)

    def _try(
        self,
        method: str,
        url: str,
        headers: t.Dict[str, str],
        arguments: t.Dict[str, t.Any],
        may_repeat: bool,
        retry_busy: bool,
    ) -> t.Any:
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._pool.manager.request(method, url, headers=self._pool.header_list(headers), **arguments)
            except HTTPError as exc:
                sent, silent = not _never_sent(exc), isinstance(_root(exc), ReadTimeoutError)
                wait = None if _hopeless(exc) else after_break(attempt, sent, may_repeat, silent=silent)
                if wait is None:
                    raise self._unreachable(exc, method != "GET" and not _never_sent(exc)) from exc
            else:
                if response.status < _OK or (response.status == _UNCHANGED and "If-None-Match" in headers):
                    return response
                body = _body_of(response)
                wait = after_answer(
                    response.status, str(body), response.headers.get("Retry-After"), attempt, may_repeat
                )
                if wait is None or (response.status == BUSY and not retry_busy):
                    raise _refusal(response.status, body, f"{method} {url}", attempt)
            self._sleep(wait)

    def _unreachable(self, exc: Exception, in_doubt: bool) -> Unreachable:
        proxy = getattr(self._pool.manager, "proxy", None)
        via = f" through the proxy {proxy.host}:{proxy.port}" if proxy else ""
        doubt = _DOUBT if in_doubt else ""
        lost = Unreachable(
            f"The API server {self.server} cannot be reached{via}: {_cause(exc)}. {_advice(exc)}{doubt}",
            server=self.server,
        )
        lost.in_doubt = in_doubt
        return lost


def _refusal(status: int, body: t.Any, doing: str, attempt: int) -> ApiError:
    exc = api_error(status, body, doing)
    if attempt >= ATTEMPTS:
        exc.reword(f"{exc.message.rstrip('.')} (asked {attempt} times; the server is too busy or not ready, try later)")
    return exc


def _query(query: t.Optional[t.Mapping[str, str]]) -> str:
    return "?" + urlencode(query) if query else ""


def _body_of(response: t.Any) -> t.Any:
    try:
        return json.loads(response.data)
    except ValueError:
        return {"message": response.data[:300].decode("utf-8", "replace").strip()}


def _root(exc: Exception) -> Exception:
    reason = getattr(exc, "reason", None)
    if isinstance(exc, (MaxRetryError, ProxyError)) and isinstance(reason, Exception):
        return _root(reason)
    # A broken connection carries what broke it as an argument: ("Connection aborted.", RemoteDisconnected(...)).
    inner = [a for a in (getattr(exc, "original_error", None), *exc.args[1:]) if isinstance(a, Exception)]
    return _root(inner[0]) if inner else exc


def _hopeless(exc: Exception) -> bool:
    """Asking again changes nothing: wrong name, wrong certificate, not a URL, a proxy that refuses."""
    return _PROXY_REFUSES in str(_root(exc)) or isinstance(
        _root(exc), (NameResolutionError, SSLError, LocationParseError)
    )


def _never_sent(exc: Exception) -> bool:
    return isinstance(_root(exc), (NewConnectionError, urllib3.exceptions.ConnectTimeoutError))


def _cause(exc: Exception) -> str:
    """The sentence without the object's repr and the library's place that stand around it."""
    return _NOISE.sub("", str(_root(exc)))


def _advice(exc: Exception) -> str:
    root = _root(exc)
    if isinstance(root, SSLError) and not any(sign in str(root) for sign in _NO_TLS):
        return "Check its certificate against ca_cert (certificate-authority in the kubeconfig), and validate_certs."
    if _PROXY_WANTS_USER in str(root):
        return "The proxy wants another user: write it as http://USER:PASSWORD@HOST:PORT."
    if isinstance(root, NameResolutionError):
        return "Check the server's name in the kubeconfig (or host) and your name server."
    return "Check that it runs, the address in the kubeconfig (or host), a firewall, and proxy settings."
