# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How docker is told to deploy a stack."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack import live
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.live import LiveStack

CONFLICT = Completed(
    1,
    "",
    "Since --detach=false was not specified, tasks will be created in the background.\n"
    "failed to update service shop_web: Error response from daemon: rpc error: code = Unknown desc = update out of"
    " sequence\n",
)
DONE = Completed(0, "", "")
OTHER = Completed(1, "", "Since --detach=false was not specified\nnetwork edge not found\n")


def stack(*answers: Completed) -> tuple[LiveStack, list[t.Any]]:
    left, asked = list(answers), []

    def run(argv: t.Sequence[str], stdin: str) -> Completed:
        asked.append((argv[-1], stdin))
        return left.pop(0)

    return LiveStack(EngineApi(lambda *_words: (200, b"{}")), run, "shop"), asked


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_PAUSE", 0)


def test_a_service_that_the_swarm_changes_meanwhile_is_deployed_again() -> None:
    shop, asked = stack(CONFLICT, CONFLICT, DONE)
    shop.apply("services: {}")
    assert asked == [("shop", "services: {}")] * 3


def test_it_ends_some_time_and_says_why() -> None:
    shop, asked = stack(*[CONFLICT] * 9)
    with pytest.raises(SlipwayError, match=r"^docker stack deploy failed: failed to update service shop_web: .*ence$"):
        shop.apply("")
    assert len(asked) == live._ATTEMPTS


def test_what_is_wrong_otherwise_is_told_at_once() -> None:
    shop, asked = stack(OTHER, DONE)
    with pytest.raises(SlipwayError, match=r"^docker stack deploy failed: network edge not found$"):
        shop.apply("")
    assert len(asked) == 1
