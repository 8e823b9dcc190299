# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service tells, and what it does when it is told to."""

from __future__ import annotations

import time
import typing as t

from slipway_edge.config import query_name
from slipway_edge.engine import Container, Endpoint
from slipway_edge.watch import Watcher

Answer = t.Dict[str, t.Any]


def report(watcher: Watcher) -> Answer:
    """Every route with its containers, as the table and Caddy have them now."""
    try:
        in_flight = watcher.caddy.in_flight()
    except OSError as exc:
        return {"error": f"Caddy does not answer: {exc}"}
    now = time.time()
    with watcher.lock:
        pools = watcher.table.pools(now, watcher.settings.linger)
        upstreams = [_upstream(watcher, c, e, in_flight, now) for c, e in watcher.table.endpoints()]
        problems = {c.name: list(c.problems) for c in watcher.table.containers.values() if c.problems}
    routes = [
        {
            **{"host": routed.pool.host, "path": routed.pool.path, "scheme": routed.pool.scheme},
            **{"priority": routed.priority, "allowed": watcher._allowed(routed.pool.host)},
            "upstreams": [up for pool, up in upstreams if pool == routed.pool],
        }
        for routed in pools
    ]
    return {
        "routes": routes,
        "problems": problems,
        "engine": watcher.engine_error or "ok",
        "caddy": watcher.caddy_error or "ok",
        "refresh": watcher.settings.refresh,
    }


def _upstream(
    watcher: Watcher, container: Container, endpoint: Endpoint, in_flight: t.Mapping[str, int], now: float
) -> tuple[t.Any, Answer]:
    address = _hostport(endpoint.address, endpoint.route.port)
    state = watcher.table.state(container, now)
    if state == "in" and query_name(endpoint.route.pool, endpoint.route.port) not in str(watcher.loaded):
        state = "out: Caddy does not have its route yet"
    upstream = {
        **{"id": container.id, "name": container.name, "address": address},
        **{"state": state.partition(":")[0], "why": state.partition(": ")[2]},
        "requests": in_flight.get(address, 0),
    }
    return endpoint.route.pool, upstream


def _hostport(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def drain(watcher: Watcher, names: t.Sequence[str]) -> Answer:
    """Out of the answers at once; who has no route is out already."""
    idents = _identify(watcher, names)
    with watcher.lock:
        for ident in idents:
            if ident in watcher.table.containers:
                watcher.table.drain(ident)
        watcher._save_marks()
    return {"ids": idents}


def undrain(watcher: Watcher, names: t.Sequence[str]) -> Answer:
    idents = _identify(watcher, names)
    with watcher.lock:
        for ident in idents:
            watcher.table.undrain(ident)
        watcher._save_marks()
    return {"ids": idents}


def _identify(watcher: Watcher, names: t.Sequence[str]) -> list[str]:
    """Their ids, from the engine; its answer is fresher than our table, which is made so too."""
    idents = {name: watcher.engine.identify(name) for name in names}
    missing = [name for name, ident in idents.items() if ident is None]
    if missing:
        raise OSError(f"There is no container {', '.join(missing)} on this host.")
    watcher.refresh()
    return [ident for ident in idents.values() if ident]
