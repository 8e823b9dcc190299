# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Container, changes, plan


def web(**changed: object) -> Container:
    values: dict[str, object] = {
        "service": "web",
        "name": "p-web-1",
        "config_hash": "h1",
        "state": "running",
        "health": "healthy",
    }
    return Container(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("running", "action", "reason"),
    [
        ([], "create", "it has no container yet"),
        ([web()], "none", "as asked"),
        ([web(health="")], "none", "as asked"),
        ([web(config_hash="h0")], "recreate", "its configuration, image or secrets changed"),
        ([web(health="unhealthy")], "start", "p-web-1 is unhealthy"),
        ([web(state="exited", exit_code=1)], "start", "p-web-1 is exited"),
        ([web(state="exited", health="", exit_code=0)], "none", "as asked"),
        ([web(oneoff=True)], "create", "it has no container yet"),
        ([web(), web(name="p-web-2", state="restarting")], "start", "p-web-2 is restarting"),
    ],
)
def test_one_service(running: list[Container], action: str, reason: str) -> None:
    (decided,) = plan({"web": "h1"}, running)
    assert (decided.action, decided.reason) == (action, reason)


def test_orphans_go_and_unchanged_ones_do_not_count() -> None:
    actions = plan({"web": "h1"}, [web(), web(service="old", name="p-old-1")])
    assert [a.as_dict() for a in changes(actions)] == [
        {"service": "old", "action": "remove", "reason": "it is no longer in the project"}
    ]
