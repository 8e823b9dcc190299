# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a deploy would do to each service, and why."""

from __future__ import annotations

import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.history import StackRelease
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.plan import (
    Action,
    diff_of,
    differences,
    flat,
    plan,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import DEFINITION, Rendered, render


def stack(**service: t.Any) -> Rendered:
    return render({"services": {"web": {"image": "i:1", **service}}}, {}, {}, {})


def spec(rendered: Rendered, **more: t.Any) -> dict[str, t.Any]:
    return {"Labels": {DEFINITION: rendered.hashes["web"]}, "Mode": {"Replicated": {"Replicas": 2}}, **more}


def release(rendered: Rendered, live: dict[str, t.Any]) -> StackRelease:
    return StackRelease(1, "v1", "deployed", rendered.digest(), file=rendered.file, specs={"web": live})


def reason(rendered: Rendered, live: dict[str, t.Any] | None, before: StackRelease | None, waits: str = "") -> Action:
    there = {"web": live} if live else {}
    (action,) = plan(rendered, there, {"web": waits} if waits else {}, before)
    return action


def test_new_same_and_gone() -> None:
    one = stack()
    assert reason(one, None, None).action == "create"
    assert reason(one, spec(one), release(one, spec(one))) == Action("web", "none", "as asked")
    actions = plan(one, {"web": spec(one), "old": {}}, {}, None)
    assert actions[1] == Action("old", "remove", "it is no longer in the stack")


def test_a_change_says_what() -> None:
    old, new = stack(environment={"A": "1"}), stack(environment={"A": "2"}, image="i:2")
    found = reason(new, spec(old), release(old, spec(old)))
    assert found == Action("web", "update", "environment.A: 1 -> 2, image: i:1 -> i:2")


def test_what_somebody_else_changed_is_seen_and_a_forced_update_is_none() -> None:
    one = stack()
    scaled = spec(one, Mode={"Replicated": {"Replicas": 5}})
    assert reason(one, scaled, release(one, spec(one))).reason == (
        "changed by somebody else: Mode.Replicated.Replicas: 2 -> 5"
    )
    forced = spec(one, TaskTemplate={"ForceUpdate": 3})
    assert reason(one, forced, release(one, spec(one))).action == "none"


def test_what_does_not_run_yet_is_waited_for() -> None:
    one = stack()
    assert reason(one, spec(one), release(one, spec(one)), "web 1/2") == Action("web", "wait", "web 1/2")


def test_a_service_of_somebody_else_is_taken_over() -> None:
    assert reason(stack(), {"Labels": {}}, None) == Action("web", "update", "it was not deployed by this module")


def test_the_diff_shows_a_secret_by_the_hash_in_its_name() -> None:
    config = {"services": {"web": {"image": "i", "secrets": [{"source": "A", "target": "A"}]}}}
    old, new = (render(config, {}, {"A": f"s_A-{n}"}, {}).file for n in (1, 2))
    assert diff_of(old, new) == {
        "before": "web.image: i\nweb.secrets.A.source: s_A-1\nweb.secrets.A.target: A\n",
        "after": "web.image: i\nweb.secrets.A.source: s_A-2\nweb.secrets.A.target: A\n",
    }


JSON = st.recursive(
    st.integers(1, 3) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=1, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["x", "y"]), JSON), st.dictionaries(st.sampled_from(["x", "y"]), JSON))
def test_differences_are_found_exactly_where_there_are_some(one: dict[str, t.Any], two: dict[str, t.Any]) -> None:
    assert bool(differences(one, two)) == (flat(one) != flat(two))
    assert differences(one, one) == []
