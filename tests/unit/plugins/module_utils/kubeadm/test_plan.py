# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.plan import (
    MADE,
    MAKING,
    NodeFacts,
    init_steps,
    join_steps,
)

BARE = NodeFacts()
KILLED = NodeFacts(phase=MAKING, has_files=True, ca="ca")
MEMBER = NodeFacts(phase=MADE, has_files=True, ca="ca")
FOREIGN = NodeFacts(has_files=True, ca="ca")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (BARE, "absent"),
        (KILLED, "partial"),
        (NodeFacts(phase=MAKING), "partial"),
        (MEMBER, "member"),
        (FOREIGN, "foreign"),
        (NodeFacts(phase=MADE), "absent"),
    ],
)
def test_state(facts: NodeFacts, state: str) -> None:
    assert facts.state == state


def test_init() -> None:
    assert init_steps(BARE, api_answers=False) == ("init",)
    assert init_steps(KILLED, api_answers=False) == ("reset", "init")
    assert init_steps(MEMBER, api_answers=False) == ()


def test_a_cluster_that_is_not_ours_is_adopted_or_refused_but_never_reset() -> None:
    assert init_steps(FOREIGN, api_answers=True) == ("adopt",)
    with pytest.raises(InputError, match="which Slipway did not make"):
        init_steps(FOREIGN, api_answers=False)


def test_join() -> None:
    assert join_steps(BARE, "ca") == ("join",)
    assert join_steps(KILLED, "other") == ("reset", "join")
    assert join_steps(MEMBER, "ca") == ()
    assert join_steps(FOREIGN, "ca") == ("adopt",)


@pytest.mark.parametrize("facts", [MEMBER, FOREIGN])
def test_a_node_of_another_cluster_is_refused(facts: NodeFacts) -> None:
    with pytest.raises(InputError, match="node of another cluster"):
        join_steps(facts, "other")
