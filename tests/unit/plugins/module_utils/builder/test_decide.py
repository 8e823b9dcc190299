# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is due for a builder."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.builder.decide import Found, decide
from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import Builder, Node

BUILDER = Builder("both", nodes=(Node("both0", platforms=("linux/amd64",)),))
MADE = BUILDER.made_of()
SAME = Found(True, made_of=MADE, asked=MADE, running=True, current=True)


@pytest.mark.parametrize(
    ("found", "action", "reason", "start"),
    [
        (Found(False), "create", "", True),
        (SAME, "none", "", False),
        (dataclasses.replace(SAME, running=False), "none", "", True),
        (Found(True, running=True), "recreate", "it was made by somebody else", True),
        (Found(True, asked=MADE, running=True), "recreate", "it was changed by somebody else", True),
        (
            dataclasses.replace(SAME, made_of={**MADE, "driver": "remote", "nodes": []}),
            "recreate",
            "driver, nodes changed",
            True,
        ),
    ],
)
def test_what_is_due(found: Found, action: str, reason: str, start: bool) -> None:
    due = decide(BUILDER, found)
    assert (due.action, due.reason, due.start) == (action, reason, start)
    assert due.changed == (found != SAME)


def test_one_that_need_not_run_is_not_started() -> None:
    due = decide(dataclasses.replace(BUILDER, bootstrap=False), dataclasses.replace(SAME, running=False))
    assert not due.changed


@pytest.mark.parametrize(("current", "use"), [(True, False), (False, True)])
def test_it_becomes_the_current_one_once(current: bool, use: bool) -> None:
    due = decide(dataclasses.replace(BUILDER, use=True), dataclasses.replace(SAME, current=current))
    assert (due.use, due.changed) == (use, use)


@pytest.mark.parametrize(("exists", "action"), [(True, "remove"), (False, "none")])
def test_one_that_shall_go(exists: bool, action: str) -> None:
    builder: t.Any = dataclasses.replace(BUILDER, state="absent")
    assert decide(builder, Found(exists)).action == action
