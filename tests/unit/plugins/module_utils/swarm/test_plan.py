# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of nodes: from what is asked and what is there."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import MANAGER, WORKER, Node
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.plan import (
    ABSENT,
    LEAVING,
    Change,
    Wish,
    check_quorum,
    check_wishes,
    plan,
    undecided,
)


def node(name: str, role: str = WORKER, **changes: t.Any) -> Node:
    heard = {"reachability": "reachable"} if role == MANAGER else {}
    return replace(Node(f"id-{name}", name, role, "active", "ready", "10.0.0.1", {}), **{**heard, **changes})


def wish(name: str, role: str = WORKER, **changes: t.Any) -> Wish:
    return Wish(**{"name": name, "id": f"id-{name}", "role": role, **changes})


def decide(nodes: t.Sequence[Node], wishes: t.Sequence[Wish], **rules: bool) -> list[Change]:
    return plan(nodes, wishes, **{"remove_unlisted": False, "replace_labels": False, **rules})


def test_nothing_to_do() -> None:
    assert decide([node("a", MANAGER), node("b")], [wish("a", MANAGER), wish("b")]) == []


def test_labels_and_availability_and_role_say_why() -> None:
    live = node("b", labels={"zone": "x", "kept": "1"})
    (change,) = decide([live], [wish("b", MANAGER, availability="drain", labels={"zone": "y"})])
    assert change.reasons == ("role worker -> manager", "availability active -> drain", "label zone: x -> y")
    assert change.spec() == {"Role": "manager", "Availability": "drain", "Labels": {"zone": "y", "kept": "1"}}


def test_labels_are_replaced_on_request() -> None:
    (change,) = decide([node("b", labels={"old": "1"})], [wish("b")], replace_labels=True)
    assert change.reasons == ("label old: 1 -> (none)",)


def test_nodes_that_have_no_address_yet_are_not_taken_for_each_other() -> None:
    live = [node("a", address=""), node("a", id="id-twin", address="")]
    assert decide(live, [wish("a")]) == []


def test_a_new_leader_does_not_know_yet_who_is_dead() -> None:
    ghost = node("a", MANAGER, id="id-ghost", state="unknown", address="0.0.0.0")
    live = [node("a", MANAGER), ghost, node("b", state="unknown")]
    wishes = [wish("a", MANAGER), wish("b")]
    assert undecided(live, wishes) == ["a"]
    assert decide(live, wishes) == []
    down = [live[0], replace(ghost, state="down"), live[2]]
    assert undecided(down, wishes) == []
    assert [change.node.id for change in decide(down, wishes)] == ["id-ghost"]


def test_a_node_whose_address_another_has_is_dead_whatever_the_leader_knows() -> None:
    live = [node("a"), node("a", id="id-ghost"), node("a", id="id-twin", address="10.0.0.2")]
    (change,) = decide(live, [wish("a")])
    assert (change.node.id, change.dead, change.remove) == ("id-ghost", True, True)
    assert undecided(live, [wish("a")]) == []


def test_promotions_come_before_demotions_and_removals_last() -> None:
    live = [node("a", MANAGER), node("b"), node("old")]
    found = decide(live, [wish("a"), wish("b", MANAGER)], remove_unlisted=True)
    assert [(c.node.hostname, c.remove) for c in found] == [("b", False), ("a", False), ("old", True)]


def test_a_dead_node_whose_host_is_back_goes_by_itself() -> None:
    dead = node("a", MANAGER, id="id-before", state="down", reachability="unreachable")
    (change,) = decide([dead, node("a", MANAGER)], [wish("a", MANAGER)])
    assert change.remove and change.node.id == "id-before"


def test_an_unlisted_node_stays_unless_asked() -> None:
    assert decide([node("a", MANAGER), node("b")], [wish("a", MANAGER)]) == []
    assert [c.node.hostname for c in decide([node("b")], [], remove_unlisted=True)] == ["b"]


def test_leaving_drains_and_demotes_then_is_removed() -> None:
    live = node("a", MANAGER, labels={"zone": "x"})
    (change,) = decide([live], [wish("a", MANAGER, state=LEAVING)])
    assert change.reasons == ("role manager -> worker", "availability active -> drain")
    (change,) = decide([live], [wish("a", MANAGER, state=ABSENT)])
    assert change.remove


def test_a_host_that_has_left_is_no_node_any_more() -> None:
    gone = [Wish("a", "", state=LEAVING)]
    assert decide([node("b")], gone) == []
    assert [c.remove for c in decide([node("a", state="down")], gone)] == [True]


def test_a_node_that_is_not_there_is_named() -> None:
    with pytest.raises(SlipwayError, match=r"^b \(node id-b\) is not in this swarm: has it been removed\?$"):
        decide([node("a")], [wish("b")])


def test_a_host_named_twice() -> None:
    with pytest.raises(InputError, match=r"^nodes: a and b are the same node \(id-a\): name it once\.$"):
        check_wishes([wish("a"), wish("b", id="id-a")])


def test_two_hosts_of_one_name() -> None:
    with pytest.raises(InputError, match=r"^nodes: two hosts have the hostname a: give each its own \('hostnamectl"):
        check_wishes([wish("a"), wish("a", id="id-b")])


def test_losing_the_majority_is_refused() -> None:
    live = [node("a", MANAGER), node("b", MANAGER), node("c", MANAGER, reachability="unreachable", state="down")]
    changes = decide(live, [wish("a", MANAGER), wish("b"), wish("c", MANAGER)])
    with pytest.raises(SlipwayError) as caught:
        check_quorum(live, changes)
    assert caught.value.message == (
        "Without b the swarm would have 2 managers of which 1 can be reached, and 2 must agree:"
        " bring managers back or add some first."
    )


def test_a_lost_manager_may_go() -> None:
    live = [node("a", MANAGER), node("b", MANAGER), node("c", MANAGER, reachability="unreachable", state="down")]
    check_quorum(live, decide(live, [wish("a", MANAGER), wish("b", MANAGER)], remove_unlisted=True))


@given(
    st.lists(st.tuples(st.sampled_from([MANAGER, WORKER]), st.booleans()), min_size=1, max_size=9),
    st.lists(st.sampled_from([MANAGER, WORKER]), min_size=9, max_size=9),
)
def test_what_is_allowed_leaves_a_majority(there: list[tuple[str, bool]], asked: list[str]) -> None:
    live = [
        node(f"n{i}", role, **({} if up or role == WORKER else {"reachability": "unreachable"}))
        for i, (role, up) in enumerate(there)
    ]
    changes = decide(live, [wish(n.hostname, role) for n, role in zip(live, asked)])
    try:
        check_quorum(live, changes)
    except SlipwayError:
        return
    roles = {n.id: n.role for n in live} | {c.node.id: c.role for c in changes}
    voters = [n for n in live if roles[n.id] == MANAGER]
    alive = [n for n in voters if n.role == WORKER or n.votes]
    demoted = [c for c in changes if c.role == WORKER]
    assert not demoted or len(alive) > len(voters) / 2
