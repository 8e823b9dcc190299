# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a pool, and why not."""

from __future__ import annotations

import dataclasses

from slipway_edge.config import RoutedPool, key_of
from slipway_edge.engine import Container, Endpoint
from slipway_edge.labels import Pool, Route
from slipway_edge.table import STOPPING_SECONDS, Table

POOL = Pool("a.x")
KEY = key_of(POOL)


def container(name: str, address: str, **more: object) -> Container:
    endpoint = Endpoint(Route(POOL, 80), address)
    base = Container(name, name, "monday", "", False, (endpoint,))
    return dataclasses.replace(base, **more)  # type: ignore[arg-type]


def table(*containers: Container) -> Table:
    result = Table()
    result.update(containers, 0.0)
    return result


def test_running_containers_are_in() -> None:
    assert table(container("one", "10.0.0.2"), container("two", "10.0.0.1")).addresses(KEY, 80, 0) == [
        "10.0.0.1",
        "10.0.0.2",
    ]


def test_other_ports_and_pools_have_their_own() -> None:
    assert table(container("one", "10.0.0.2")).addresses(KEY, 81, 0) == []
    assert table(container("one", "10.0.0.2")).addresses("other", 80, 0) is None


def test_health_decides_where_there_is_a_check() -> None:
    for health, state in (
        ("starting", "out: its health is not known yet"),
        ("unhealthy", "out: it is unhealthy"),
        ("healthy", "in"),
    ):
        one = container("one", "10.0.0.2", health=health)
        assert table(one).state(one, 0) == state


def test_an_engine_that_starts_again_takes_nobody_out() -> None:
    """With live-restore what runs is called `starting` until its next check."""
    found = table(container("one", "10.0.0.2", health="healthy"))
    found.update([container("one", "10.0.0.2", health="starting")], 1.0)
    assert found.addresses(KEY, 80, 1) == ["10.0.0.2"]


def test_a_container_that_starts_again_must_become_healthy_again() -> None:
    found = table(container("one", "10.0.0.2", health="healthy"))
    found.update([container("one", "10.0.0.2", health="starting", started="tuesday")], 1.0)
    assert found.addresses(KEY, 80, 1) == []


def test_one_that_was_unhealthy_must_become_healthy_again() -> None:
    found = table(container("one", "10.0.0.2", health="healthy"))
    for health in ("unhealthy", "starting"):
        found.update([container("one", "10.0.0.2", health=health)], 1.0)
        assert found.addresses(KEY, 80, 1) == []


def test_drained_until_undrained_or_started_again() -> None:
    one = container("one", "10.0.0.2")
    found = table(one)
    found.drain("one")
    assert found.state(one, 0) == "draining" and found.addresses(KEY, 80, 0) == []
    found.update([one], 1.0)
    assert found.addresses(KEY, 80, 1) == []
    found.undrain("one")
    assert found.addresses(KEY, 80, 1) == ["10.0.0.2"]
    found.drain("one")
    found.update([dataclasses.replace(one, started="tuesday")], 2.0)
    assert found.addresses(KEY, 80, 2) == ["10.0.0.2"]


def test_a_stop_signal_takes_it_out_before_it_ends() -> None:
    found = table(container("one", "10.0.0.2"))
    assert found.signalled("one", "15", 0.0)
    assert found.addresses(KEY, 80, 1) == []
    assert found.addresses(KEY, 80, STOPPING_SECONDS + 1) == ["10.0.0.2"], "it ignored the signal"


def test_other_signals_do_not() -> None:
    found = table(container("one", "10.0.0.2"))
    assert not found.signalled("one", "1", 0.0) and not found.signalled("none", "15", 0.0)
    assert found.addresses(KEY, 80, 0) == ["10.0.0.2"]


def test_its_own_stop_signal() -> None:
    found = table(container("one", "10.0.0.2", stop_signal="SIGQUIT"))
    assert found.signalled("one", "3", 0.0)


def test_dead_before_the_engine_is_asked() -> None:
    found = table(container("one", "10.0.0.2"))
    assert found.gone("one") and found.addresses(KEY, 80, 0) == []


def test_a_pool_outlives_its_last_container() -> None:
    found = table(container("one", "10.0.0.2"))
    found.update([], 10.0)
    assert found.pools(100.0, 300.0) == [RoutedPool(POOL, (80,), 0)]
    assert found.addresses(KEY, 80, 100) == []
    assert found.pools(301.0, 300.0) == []
    assert found.addresses(KEY, 80, 301) is None


def test_paused_ones_are_out() -> None:
    assert table(container("one", "10.0.0.2", paused=True)).addresses(KEY, 80, 0) == []
