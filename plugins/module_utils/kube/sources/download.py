# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One GET with limits: how long, how large, and where it may be sent on to."""

from __future__ import annotations

import base64
import http
import http.client
import socket
import ssl
import threading
import typing as t
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import bypasses_proxy
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import tls_context

LIMIT = 64 * 2**20
_BLOCK = 64 * 1024
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)


def download(
    url: str,
    headers: t.Mapping[str, str],
    ca_file: str,
    timeout: float,
    env: t.Mapping[str, str],
    limit: int = LIMIT,
) -> bytes:
    """`timeout` is for each request as a whole, however slowly the server goes on sending."""
    context = _context(ca_file)
    for _hop in range(_REDIRECTS + 1):
        moved, data = _Request(url, headers, timeout, env, context, limit).send()
        if not moved:
            return data
        headers = headers if urlsplit(moved).netloc == urlsplit(url).netloc else {}
        url = moved
    raise TransportError(f"{_shown(url)} redirects more than {_REDIRECTS} times.")


def _context(ca_file: str) -> ssl.SSLContext:
    files = [str(Path(ca_file).expanduser())] if ca_file else []
    try:
        return tls_context(files)
    except (OSError, ssl.SSLError) as exc:
        raise InputError(f"src: ca_file {ca_file} holds no certificates that can be read: {exc}.") from exc


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


class _Request:
    """A connection for one request, cut off when its time is over."""

    def __init__(
        self,
        url: str,
        headers: t.Mapping[str, str],
        timeout: float,
        env: t.Mapping[str, str],
        context: ssl.SSLContext,
        limit: int,
    ) -> None:
        self._url = url
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "slipway", **headers}
        self._timeout = timeout
        self._limit = limit
        self._connection = _connection(urlsplit(url), timeout, env, context)
        self._socket: t.Optional[socket.socket] = None
        self._over = False

    def send(self) -> t.Tuple[str, bytes]:
        """(where it moved to, nothing), or (nothing, the body)."""
        watchdog = threading.Timer(self._timeout, self._cut_off)
        watchdog.daemon = True
        watchdog.start()
        try:
            return self._exchange()
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise TransportError(f"{_shown(self._url)} {self._why(exc)}.") from exc
        finally:
            watchdog.cancel()
            self._connection.close()

    def _cut_off(self) -> None:
        self._over = True
        # The connection forgets its socket when it has read the headers of the last answer.
        connected = self._socket or self._connection.sock
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _exchange(self) -> t.Tuple[str, bytes]:
        parts = urlsplit(self._url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._connection.connect()
        self._socket = self._connection.sock
        self._connection.request("GET", target, headers=self._headers)
        answer = self._connection.getresponse()
        if answer.status in _MOVED:
            return self._moved(answer.getheader("Location") or ""), b""
        if answer.status != http.HTTPStatus.OK:
            raise TransportError(f"{_shown(self._url)} answers {answer.status} {answer.reason}.")
        return "", self._body(answer)

    def _moved(self, location: str) -> str:
        url = urljoin(self._url, location)
        if not location or urlsplit(url).scheme != "https":
            raise TransportError(f"{_shown(self._url)} redirects to {_shown(url)}: only https is followed.")
        return url

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        found = bytearray()
        while True:
            block = answer.read1(_BLOCK)
            if not block:
                break
            found += block
            if len(found) > self._limit:
                raise InputError(f"{_shown(self._url)} is larger than {self._limit // 2**20} MiB.")
        # read1 takes the end of the connection for the end of the body.
        if self._over or answer.length:
            raise http.client.IncompleteRead(bytes(found), answer.length)
        return bytes(found)

    def _why(self, exc: Exception) -> str:
        if self._over or isinstance(exc, TimeoutError):
            return f"did not answer within {self._timeout:g} s"
        if isinstance(exc, ssl.SSLCertVerificationError):
            return f"is not trusted: {exc.verify_message}; give ca_file for an authority of your own"
        if isinstance(exc, http.client.IncompleteRead):
            return "broke off in the middle"
        return f"cannot be had: {exc}"


def _connection(
    parts: SplitResult, timeout: float, env: t.Mapping[str, str], context: ssl.SSLContext
) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port
    proxy = _proxy_for(parts, env)
    place = (proxy.hostname or "", proxy.port) if proxy else (host, port)
    if parts.scheme == "http":
        connection = http.client.HTTPConnection(*place, timeout=timeout)
    else:
        connection = http.client.HTTPSConnection(*place, timeout=timeout, context=context)
    if proxy:
        connection.set_tunnel(host, port or (443 if parts.scheme == "https" else 80), headers=_credentials(proxy))
    return connection


def _proxy_for(parts: SplitResult, env: t.Mapping[str, str]) -> t.Optional[SplitResult]:
    """Upper case HTTP_PROXY may come from a web request where we run as CGI; we never do."""
    name = f"{parts.scheme}_proxy"
    proxy = env.get(name) or env.get(name.upper())
    no_proxy = env.get("no_proxy") or env.get("NO_PROXY") or ""
    if not proxy or bypasses_proxy(parts.geturl(), no_proxy):
        return None
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _credentials(proxy: SplitResult) -> t.Dict[str, str]:
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
