# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP by the standard library alone: connections that are kept, bodies that are streamed, redirects that are not
followed blindly. What the answers mean is not known here."""

from __future__ import annotations

import functools
import http.client
import os
import ssl
import threading
import typing as t
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_BLOCK = 1024 * 1024
#: A kept connection that the server closed in the meantime shows itself in one of these ways.
_STALE = (http.client.RemoteDisconnected, http.client.CannotSendRequest, ConnectionResetError, BrokenPipeError)
FAILURES = (OSError, http.client.HTTPException)
#: The server may have taken a part of it: whoever sends it must ask first.
_NEVER_TWICE = ("PATCH",)


@dataclass(frozen=True)
class Body:
    """Bytes to send. `open` gives them anew each time, so that a request can be repeated."""

    size: int
    open: t.Callable[[], t.ContextManager[t.IO[bytes]]]


@dataclass(frozen=True)
class Response:
    status: int
    headers: t.Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


class Answer:
    """An answer whose body is read in parts."""

    def __init__(
        self,
        raw: http.client.HTTPResponse,
        connection: http.client.HTTPConnection,
        keep: t.Callable[[http.client.HTTPConnection], None],
    ) -> None:
        self._raw, self._connection, self._keep = raw, connection, keep
        self.status = raw.status
        self.headers = _headers(raw)

    def read(self, size: int) -> bytes:
        """Empty at the end; also where the connection broke: compare with the length that you expect."""
        return self._raw.read(size)

    def whole(self) -> Response:
        try:
            content = self._raw.read()
        except BaseException:
            self._connection.close()
            raise
        self.close()
        return Response(self.status, self.headers, content)

    def close(self) -> None:
        """A connection that has nothing more to say is kept for the next request."""
        if self._raw.isclosed() and self._connection.sock is not None:
            self._keep(self._connection)
        else:
            self._connection.close()


def _headers(raw: http.client.HTTPResponse) -> t.Dict[str, str]:
    """By their names in lower case; what is there twice is one list."""
    found: t.Dict[str, str] = {}
    for key, value in raw.getheaders():
        name = key.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def tls_context(ca_files: t.Sequence[str] = (), *, verify: bool = True) -> ssl.SSLContext:
    """The system's authorities, and the given ones."""
    context = ssl.create_default_context()
    # Python 3.13 refuses authorities without a key usage extension. Engines accept them, and companies have them.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for path in ca_files:
        context.load_verify_locations(cafile=path)
    return context


class _Idle:
    """Connections by scheme and host that wait for the next request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: t.Dict[str, t.List[http.client.HTTPConnection]] = {}

    def take(self, key: str) -> t.Optional[http.client.HTTPConnection]:
        with self._lock:
            kept = self._connections.get(key)
            return kept.pop() if kept else None

    def give(self, key: str, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._connections.setdefault(key, []).append(connection)


class HttpClient:
    """Requests to any number of hosts. Safe for several threads, which share the kept connections."""

    def __init__(self, context: t.Optional[ssl.SSLContext] = None, timeout: float = 30.0) -> None:
        self._context = context
        self._timeout = timeout
        self._idle = _Idle()

    def request(
        self,
        method: str,
        url: str,
        headers: t.Optional[t.Mapping[str, str]] = None,
        body: t.Union[bytes, Body, None] = None,
    ) -> Response:
        """Raises OSError or HTTPException when there is no answer."""
        return self.open(method, url, headers, body).whole()

    def open(
        self,
        method: str,
        url: str,
        headers: t.Optional[t.Mapping[str, str]] = None,
        body: t.Union[bytes, Body, None] = None,
    ) -> Answer:
        """The same, with the body still to be read: close the answer, or read all of it."""
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        # An answer that is being read has its connection for itself.
        kept = self._idle.take(key)
        if kept is not None:
            try:
                return Answer(
                    _exchange(kept, method, parts, headers or {}, body), kept, functools.partial(self._idle.give, key)
                )
            except _STALE:
                kept.close()
                if method in _NEVER_TWICE:
                    raise
            except BaseException:
                kept.close()
                raise
        fresh = self._connect(parts)
        try:
            return Answer(
                _exchange(fresh, method, parts, headers or {}, body), fresh, functools.partial(self._idle.give, key)
            )
        except BaseException:
            fresh.close()
            raise

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port
        proxy = _proxy_for(parts)
        tunnel = None
        if proxy is not None:
            tunnel, (host, port) = (host, port), (proxy.hostname or "", proxy.port)
        if parts.scheme == "http":
            # A plain request through a proxy is tunnelled too: one way instead of two.
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout, blocksize=_BLOCK)
        else:
            self._context = self._context or tls_context()
            connection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout, blocksize=_BLOCK, context=self._context
            )
        if tunnel is not None:
            connection.set_tunnel(*tunnel)
        return connection


def _proxy_for(parts: SplitResult) -> t.Optional[SplitResult]:
    proxy = urllib.request.getproxies_environment().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return None
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    parts: SplitResult,
    headers: t.Mapping[str, str],
    body: t.Union[bytes, Body, None],
) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        if isinstance(body, Body):
            with body.open() as stream:
                connection.request(method, target, body=stream, headers={**headers, "Content-Length": str(body.size)})
        else:
            length = {"Content-Length": str(len(body or b""))} if method in ("POST", "PUT", "PATCH") else {}
            connection.request(method, target, body=body, headers={**headers, **length})
    except (BrokenPipeError, ConnectionResetError):
        # Who refuses a long body may say why and hang up before all of it has come.
        return _last_words(connection)
    return connection.getresponse()


def _last_words(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    """Raises as the request did, where there are none."""
    answer = connection.getresponse()
    if answer.status < 400:  # noqa: PLR2004  a yes to a half-sent request is none
        raise ConnectionResetError("the connection broke while a request was sent")
    return answer


class FileSlice:
    """A part of a file, read as a file of its own: how a blob inside an archive is sent."""

    def __init__(self, path: str, offset: int, size: int) -> None:
        self._file = open(path, "rb")  # noqa: SIM115, PTH123  closed by __exit__
        self._file.seek(offset, os.SEEK_SET)
        self._left = size

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def __enter__(self) -> FileSlice:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()
