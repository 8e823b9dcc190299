# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import changes, plan
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.compose.builders import container, services


def decided(there: list[Container], **configs: t.Any) -> list[tuple[str, str, str]]:
    def recorded(_service: str, digest: str) -> dict[str, t.Any] | None:
        return {"image": "x", "command": ["old"]} if digest == "old" else None

    actions = plan("p", services(**configs), there, recorded)
    return [(a.container, a.action, a.reason) for a in actions]


@pytest.mark.parametrize(
    ("there", "action", "reason"),
    [
        ([], "create", "it has no container yet"),
        ([container()], "unchanged", "as asked"),
        ([container(health="")], "unchanged", "as asked"),
        ([container(digest="old")], "recreate", "command removed"),
        ([container(digest="older")], "recreate", "its configuration changed"),
        ([container(health="unhealthy")], "recreate", "it is unhealthy"),
        ([container(state="exited", health="", exit_code=1)], "start", "it is exited"),
        ([container(state="exited", health="", exit_code=0)], "unchanged", "as asked"),
        ([container(oneoff=True)], "create", "it has no container yet"),
    ],
)
def test_one_container(there: list[Container], action: str, reason: str) -> None:
    assert decided(there, web={}) == [("p-web-1", action, reason)]


def test_scaled_up_and_down() -> None:
    up = decided([container()], web={"scale": 2})
    assert up == [("p-web-1", "unchanged", "as asked"), ("p-web-2", "create", "scale: 2 instead of 1")]
    down = decided([container(), container(2)], web={"deploy": {"replicas": 1}})
    assert down == [("p-web-1", "unchanged", "as asked"), ("p-web-2", "remove", "scale: 1 instead of 2")]


def test_replaced_and_scaled_at_once() -> None:
    found = decided([container(1, "old"), container(2, "old"), container(3, "old")], web={"scale": 2})
    assert [(name, action) for name, action, _why in found] == [
        ("p-web-1", "recreate"),
        ("p-web-2", "recreate"),
        ("p-web-3", "remove"),
    ]


def test_what_follows_a_dependency() -> None:
    there = [container(1, "old", "db"), container(), container(service="side")]
    needs = {"depends_on": {"db": {"condition": "service_started", "restart": True}}}
    found = decided(there, db={}, web=needs, side={"network_mode": "service:db"})
    assert ("p-web-1", "restart", "dependency: db is replaced") in found
    assert ("p-side-1", "recreate", "dependency: it shares with db, which is replaced") in found


def test_what_a_killed_run_did_not_come_to() -> None:
    there = [
        container(1, service="db", created="2026-01-02T00:00:00Z"),
        container(created="2026-01-01T00:00:00Z", started="2026-01-01T00:00:01Z"),
    ]
    assert ("p-web-1", "restart", "dependency: db is replaced") in decided(
        there, db={}, web={"depends_on": {"db": {"restart": True}}}
    )


def test_orphans_go() -> None:
    actions = plan("p", services(web={}), [container(), container(service="old")], lambda _s, _d: None, {"old"})
    assert [a.as_dict() for a in changes(actions)] == [
        {
            "service": "old",
            "container": "p-old-1",
            "action": "remove",
            "reason": "its service is no longer in the project",
        }
    ]
