# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What containers' labels say of their routes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway_edge.labels import PREFIX, Pool, Route, has_routes, routes_of


def labels(**options: str) -> dict[str, str]:
    return {PREFIX + name.replace("__", "."): value for name, value in options.items()}


def test_each_host_is_a_pool_of_its_own() -> None:
    found, problems = routes_of(labels(host="b.example, A.example ,a.example", port="8080", path="/api/"))
    assert found == [Route(Pool("a.example", "/api"), 8080), Route(Pool("b.example", "/api"), 8080)]
    assert problems == []


def test_several_routes_of_one_container() -> None:
    found, problems = routes_of(labels(host="a.x", port="1", api__host="b.x", api__port="2", api__scheme="h2c"))
    assert found == [Route(Pool("a.x"), 1), Route(Pool("b.x", "", "h2c"), 2)]
    assert problems == []


def test_a_wrong_route_leaves_the_others() -> None:
    found, problems = routes_of(labels(host="a.x", port="80", api__host="b.x"))
    assert found == [Route(Pool("a.x"), 80)]
    assert problems == [f"{PREFIX}api.port: '' is no number from 1 to 65535."]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"port": "80"}, "host: a route needs at least one host name."),
        ({"host": "a b", "port": "80"}, "host: 'a b' is no host name."),
        ({"host": "{env.HOME}", "port": "80"}, "host: '{env.home}' is no host name."),
        ({"host": "*.*.x", "port": "80"}, "host: '*.*.x' is no host name."),
        ({"host": "a.x", "port": "0"}, "port: '0' is no number from 1 to 65535."),
        ({"host": "a.x", "port": "65536"}, "port: '65536' is no number from 1 to 65535."),
        ({"host": "a.x", "port": "8080/tcp"}, "port: '8080/tcp' is no number from 1 to 65535."),
        ({"host": "a.x", "port": "80", "path": "api"}, "path: 'api' is no path prefix such as /api."),
        ({"host": "a.x", "port": "80", "path": "/{x}"}, "path: '/{x}' is no path prefix such as /api."),
        ({"host": "a.x", "port": "80", "scheme": "ftp"}, "scheme: 'ftp' is none of http, https, h2c."),
        ({"host": "a.x", "port": "80", "priority": "high"}, "priority: 'high' is no number from -1000 to 1000."),
        (
            {"host": "a.x", "port": "80", "hots": "b"},
            "hots: there is no such label; there are host, network, path, port, priority, scheme.",
        ),
    ],
)
def test_what_cannot_be(options: dict[str, str], said: str) -> None:
    assert routes_of(labels(**options)) == ([], [PREFIX + said])


@given(
    st.dictionaries(st.sampled_from(["host", "port", "path", "scheme", "priority", "network"]), st.text(max_size=20))
)
def test_no_label_breaks_it_and_no_placeholder_comes_through(options: dict[str, str]) -> None:
    found, problems = routes_of(labels(**options))
    assert bool(found) != bool(problems) or not options
    assert not any(mark in route.pool.host + route.pool.path for route in found for mark in "{}\"'\\ \n")


def test_other_labels_are_not_ours() -> None:
    assert not has_routes({"com.example": "x", "slipway.deploy.project": "y"})
    assert routes_of({"com.example": "x"}) == ([], [])
