# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container, doomed
from ansible_collections.slipway.deploy.plugins.module_utils.compose.watch import NotUp, wait_until_up


def web(state: str, health: str = "", exit_code: int = 0, restarts: int = 0, oneoff: bool = False) -> Container:
    return Container("web", "p-web-1", "h", state, health, exit_code, restarts, oneoff=oneoff)


@pytest.mark.parametrize(
    ("container", "lost"),
    [
        (web("running"), False),
        (web("running", "starting"), False),
        (web("running", "unhealthy"), True),
        (web("exited"), False),
        (web("exited", exit_code=1), True),
        (web("exited", exit_code=1, oneoff=True), False),
        (web("restarting", exit_code=1, restarts=1), False),
        (web("restarting", exit_code=1, restarts=2), True),
        (web("created"), False),
        (web("dead"), True),
    ],
)
def test_what_can_no_longer_become_healthy(container: Container, lost: bool) -> None:
    assert doomed(container) is lost


def test_it_waits_until_all_are_up_and_tells_each_change_once() -> None:
    looks = [[web("created")], [web("created")], [web("running", "starting")], [web("running", "healthy")]]
    told: list[str] = []
    wait_until_up(lambda: looks.pop(0), 10, told.append, clock=lambda: 0, pause=lambda _: None)
    assert looks == []
    assert told == ["waiting for p-web-1 created", "waiting for p-web-1 starting"]


def test_it_does_not_wait_out_the_time_for_a_lost_one() -> None:
    looks = [[web("restarting", exit_code=1, restarts=n)] for n in range(3)]
    with pytest.raises(NotUp, match="cannot become healthy"):
        wait_until_up(lambda: looks.pop(0), 1000, lambda _: None, clock=lambda: 0, pause=lambda _: None)


def test_it_gives_up_when_the_time_is_over() -> None:
    now = iter([0.0, 11.0])
    with pytest.raises(NotUp, match="within 10 s"):
        wait_until_up(
            lambda: [web("running", "starting")], 10, lambda _: None, clock=lambda: next(now), pause=lambda _: None
        )
