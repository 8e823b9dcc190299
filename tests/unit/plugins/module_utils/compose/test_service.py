# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.converge import order_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import in_order, obstacles, seconds
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.compose.builders import container, services


def test_each_after_what_it_needs() -> None:
    assert in_order({"web": {"db", "cache"}, "db": set(), "cache": {"db"}, "a": set()}) == ["a", "db", "cache", "web"]
    with pytest.raises(InputError, match="wait for one another: a, b"):
        in_order({"a": {"b"}, "b": {"a"}})


@pytest.mark.parametrize(("text", "value"), [("3s", 3), ("1m30s", 90), ("500ms", 0.5), ("1h", 3600), ("0s", 0)])
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({}, []),
        ({"ports": [{"target": 80}]}, []),
        (
            {"ports": [{"target": 80, "published": "8080"}]},
            ["port 0.0.0.0:8080/tcp of the host can be taken only once"],
        ),
        ({"container_name": "x"}, ["container_name x can be given only once"]),
        ({"network_mode": "host"}, ["with network_mode host its ports can be taken only once"]),
        ({"networks": {"n": {"ipv4_address": "10.0.0.1"}}}, ["its address on network n can be given only once"]),
    ],
)
def test_what_cannot_run_twice(config: dict[str, t.Any], why: list[str]) -> None:
    assert obstacles(services(web=config)["web"]) == why


@pytest.mark.parametrize(
    ("config", "writes", "order"),
    [
        ({}, (), "start-first"),
        ({"ports": [{"target": 80, "published": "80"}]}, (), "stop-first"),
        ({}, ("data",), "stop-first"),
        ({"scale": 2}, ("data",), "start-first"),
        ({"deploy": {"update_config": {"order": "start-first"}}}, ("data",), "start-first"),
        ({"deploy": {"update_config": {"order": "stop-first"}}}, (), "stop-first"),
        ({}, ("a" * 64,), None),
    ],
)
def test_the_order_of_replacing(config: dict[str, t.Any], writes: tuple[str, ...], order: str | None) -> None:
    assert order_of(services(web=config)["web"], [container(writes=writes)])[0] == order


def test_update_config_wins_over_the_task() -> None:
    update = services(web={"deploy": {"update_config": {"parallelism": 2, "delay": "3s", "monitor": "1m"}}})[
        "web"
    ].update
    assert (update.parallelism, update.delay, update.monitor, update.order) == (2, 3, 60, None)
