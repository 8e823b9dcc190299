# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Caddy's whole configuration from the settings and the pools that there are. Pure but for the certificates' checksums.

A pool's containers are no part of it: Caddy asks our resolver for them (resolver.py), so that a container that comes or
goes needs no new configuration. A new configuration would close idle connections under a client's next request, and end
every WebSocket.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass
from pathlib import Path

from slipway_edge.labels import Pool
from slipway_edge.settings import Settings

Json = t.Dict[str, t.Any]
ZONE = "edge.slipway."
_HTTPS = 443
#: Each of our own questions; each try of a request while its pool is empty (what becomes of it is logged anyway).
_SILENT = ("admin.api", "http.reverse_proxy.upstreams.multi")


@dataclass(frozen=True)
class RoutedPool:
    """A pool as it is configured: the ports on which its containers listen."""

    pool: Pool
    ports: tuple[int, ...]
    priority: int = 0


def key_of(pool: Pool) -> str:
    """The pool's name in our zone."""
    return hashlib.sha256(f"{pool.host}|{pool.path}|{pool.scheme}".encode()).hexdigest()[:20]


def query_name(pool: Pool, port: int) -> str:
    return f"p{port}.{key_of(pool)}.{ZONE}"


def caddy_config(settings: Settings, pools: t.Iterable[RoutedPool]) -> Json:
    routes = [_route(settings, routed) for routed in sorted(pools, key=_precedence)]
    routes.append(_answer(404, "There is no route for this request.\n"))
    apps: Json = {"http": {"http_port": settings.http_port, "https_port": settings.https_port}}
    apps["http"]["servers"] = _servers(settings, routes)
    if settings.tls != "off":
        apps["tls"] = _tls(settings)
    config: Json = {
        "admin": {"listen": f"unix/{settings.admin_socket}", "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "INFO", "writer": {"output": "stderr"}, "exclude": list(_SILENT)}}},
        "apps": apps,
    }
    return merged(config, settings.caddy_config)


def merged(below: t.Mapping[str, t.Any], above: t.Mapping[str, t.Any]) -> Json:
    """Mappings are merged, everything else is replaced."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def _precedence(routed: RoutedPool) -> tuple[t.Any, ...]:
    """Caddy takes the first that matches: by priority, whole names before wildcards, long paths before short ones."""
    pool = routed.pool
    return (-routed.priority, pool.host.startswith("*"), -len(pool.path), pool)


def _servers(settings: Settings, routes: list[Json]) -> Json:
    common: Json = {"read_header_timeout": "30s", "protocols": list(settings.protocols)}
    if settings.access_log:
        common["logs"] = {}
    plain = {**common, "listen": [f":{settings.http_port}"], "automatic_https": {"disable": True}}
    plain["protocols"] = [name for name in settings.protocols if name == "h1"] or ["h1"]
    if settings.tls == "off":
        return {"plain": {**plain, "routes": routes}}
    secure = {
        **common,
        "listen": [f":{settings.https_port}"],
        "routes": routes,
        # The empty policy: TLS even where no host has a certificate yet.
        "tls_connection_policies": [{}],
        "automatic_https": {"disable_redirects": True, "disable_certificates": settings.tls == "files"},
    }
    return {"plain": {**plain, "routes": [_redirect(settings)] if settings.redirect else routes}, "secure": secure}


def _redirect(settings: Settings) -> Json:
    port = "" if settings.https_port == _HTTPS else f":{settings.https_port}"
    location = "https://{http.request.host}" + port + "{http.request.uri}"
    return _answer(308, "", {"Location": [location]})


def _answer(status: int, body: str, headers: t.Mapping[str, list[str]] | None = None) -> Json:
    handler: Json = {"handler": "static_response", "status_code": status}
    if body:
        handler["body"] = body
    if headers:
        handler["headers"] = dict(headers)
    return {"handle": [handler]}


def _route(settings: Settings, routed: RoutedPool) -> Json:
    pool = routed.pool
    match: Json = {"host": [pool.host]}
    if pool.path:
        match["path"] = [pool.path, pool.path + "/*"]
    return {"match": [match], "handle": [_proxy(settings, routed)], "terminal": True}


def _proxy(settings: Settings, routed: RoutedPool) -> Json:
    handler: Json = {
        "handler": "reverse_proxy",
        "transport": _transport(settings, routed.pool.scheme),
        "load_balancing": {
            "selection_policy": {"policy": "least_conn"},
            "try_duration": _seconds(settings.try_duration),
            "try_interval": "100ms",
        },
        # For a container that hangs; of one that is gone the engine tells us, and the resolver no longer names it.
        "health_checks": {"passive": {"fail_duration": "1s", "max_fails": 3}},
        "dynamic_upstreams": {
            "source": "multi",
            "sources": [_source(settings, routed.pool, port) for port in routed.ports],
        },
    }
    if settings.trusted_proxies:
        handler["trusted_proxies"] = list(settings.trusted_proxies)
    return handler


def _source(settings: Settings, pool: Pool, port: int) -> Json:
    return {
        "source": "a",
        "name": query_name(pool, port),
        "port": str(port),
        "refresh": _seconds(settings.refresh),
        "resolver": {"addresses": [f"udp/{settings.resolver}"]},
    }


def _transport(settings: Settings, scheme: str) -> Json:
    transport: Json = {
        "protocol": "http",
        "dial_timeout": _seconds(settings.dial_timeout),
        # Shorter than applications' own: a request must not meet a connection that the other side just closes.
        "keep_alive": {"idle_timeout": _seconds(settings.upstream_idle_timeout)},
    }
    if scheme == "https":
        # It is reached by its address, for which no certificate is made.
        transport["tls"] = {"insecure_skip_verify": True}
    if scheme == "h2c":
        transport["versions"] = ["h2c", "2"]
    return transport


def _tls(settings: Settings) -> Json:
    tls: Json = {}
    if settings.certificates:
        tls["certificates"] = {"load_files": [_loaded(pair) for pair in settings.certificates]}
    if settings.tls == "acme":
        issuer: Json = {"module": "acme"}
        options = {
            "email": settings.acme_email,
            "ca": settings.acme_ca,
            "trusted_roots_pem_files": list(settings.acme_ca_roots),
        }
        issuer.update({name: value for name, value in options.items() if value})
        tls["automation"] = {"policies": [{"issuers": [issuer]}]}
    return tls


def _loaded(pair: t.Mapping[str, str]) -> Json:
    """The tag makes the configuration another one when a file's content is: Caddy skips what it has already."""
    content = b"".join(Path(pair[name]).read_bytes() for name in ("certificate", "key"))
    return {**pair, "tags": ["sha256-" + hashlib.sha256(content).hexdigest()[:16]]}


def _seconds(value: float) -> str:
    return f"{value:g}s"
