# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens a websocket to the API server: by the same pool (its trust, proxy and credentials) as every other request."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import urlencode, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Unreachable, api_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import Pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import CONNECT_TIMEOUT

try:
    import websocket
    from urllib3.exceptions import HTTPError

    IMPORT_ERROR: t.Optional[ImportError] = None
except ImportError as exc:
    IMPORT_ERROR = exc

Query = t.Sequence[t.Tuple[str, str]]


def require_websocket() -> None:
    if IMPORT_ERROR is not None:
        raise MissingDependencyError(
            f"The Python library 'websocket-client' is needed ({IMPORT_ERROR}). Install it for the interpreter that "
            "runs this task: pip install websocket-client."
        )


def open_websocket(pool: Pool, path: str, query: Query, protocols: t.Sequence[str]) -> t.Any:
    """A connected websocket.WebSocket. The query may hold secrets: no error shows it."""
    require_websocket()
    try:
        sock = _socket(pool)
    except (HTTPError, OSError) as exc:
        raise Unreachable(f"The API server {pool.server} cannot be reached: {exc}.", server=pool.server) from exc
    url = f"{pool.server.replace('http', 'ws', 1)}{path}?{urlencode(query)}"
    headers = [f"{key}: {value}" for key, value in pool.header_list({"User-Agent": "slipway"}).items()]
    link: t.Any = websocket.WebSocket(skip_utf8_validation=True)
    try:
        # No redirect: the credentials are for this server only.
        link.connect(
            url, socket=sock, header=headers, subprotocols=list(protocols), suppress_origin=True, redirect_limit=0
        )
    except websocket.WebSocketBadStatusException as exc:
        raise api_error(exc.status_code or 0, _body(exc.resp_body), f"the request for {path}") from exc
    except (websocket.WebSocketException, OSError) as exc:
        said = f"The API server {pool.server} opened no stream for {path}: {_plain(exc)}."
        raise Unreachable(said, server=pool.server) from exc
    return link


def _socket(pool: Pool) -> t.Any:
    """A connection of urllib3's making, to be used otherwise than for HTTP: there is no public way to ask for one."""
    parts = urlsplit(pool.server)
    hosts = pool.manager.connection_from_host(
        parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme
    )
    connection = hosts._new_conn()
    connection.timeout = CONNECT_TIMEOUT
    if hosts.proxy is not None and parts.scheme == "https":
        hosts._prepare_proxy(connection)
    else:
        connection.connect()
    sock = connection.sock
    # Otherwise the connection closes it when it is collected.
    connection.sock = None
    return sock


def _body(body: t.Any) -> t.Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return {"message": bytes(body)[:300].decode("utf-8", "replace").strip()}


def _plain(exc: Exception) -> str:
    """The first sentence: what follows are the server's headers."""
    return str(exc).partition(" -+-+- ")[0] or type(exc).__name__
