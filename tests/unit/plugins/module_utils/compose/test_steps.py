# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import Container
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import START_FIRST, STOP_FIRST
from ansible_collections.slipway.deploy.plugins.module_utils.compose.steps import Create, Remove, Start, next_step
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.compose.builders import container

STATES = ["running", "running", "running", "created", "exited", "dead", "paused"]


def walk(there: list[Container], replicas: int, order: str, parallelism: int) -> list[tuple[str, int, int]]:
    """Take steps until none is left, as a host would: (step, how many serve, how many run)."""
    seen = []
    for _index in range(200):
        step = next_step(there, "new", replicas, order, parallelism)
        if step is None:
            return seen
        if isinstance(step, Create):
            first = max((c.number for c in there), default=0) + 1
            there = there + [container(number) for number in range(first, first + step.count)]
        elif isinstance(step, Start):
            there = [container(c.number, c.config_hash) if c.name in step.names else c for c in there]
        else:
            there = [c for c in there if c.name not in step.names]
        running = [c for c in there if c.state == "running"]
        seen.append((type(step).__name__, sum(c.up for c in running), len(running)))
    raise AssertionError("it does not come to an end")


def test_one_by_one_the_new_before_the_old() -> None:
    there = [container(number, "old") for number in (1, 2)]
    assert walk(there, 2, START_FIRST, 1) == [
        ("Create", 3, 3),
        ("Remove", 2, 2),
        ("Create", 3, 3),
        ("Remove", 2, 2),
    ]


def test_one_by_one_the_old_before_the_new() -> None:
    there = [container(number, "old") for number in (1, 2)]
    assert [serving for _step, serving, _running in walk(there, 2, STOP_FIRST, 1)] == [1, 2, 1, 2]


def test_what_a_killed_run_left_is_adopted() -> None:
    there = [container(1, "old"), container(2), container(3, state="created", health="")]
    assert walk(there, 2, START_FIRST, 1) == [("Start", 3, 3), ("Remove", 2, 2)]


def test_a_new_one_that_is_lost_goes_before_anything_else() -> None:
    there = [container(1, "old"), container(2, health="unhealthy")]
    assert next_step(there, "new", 1, START_FIRST, 1) == Remove(("p-web-2",))


@pytest.mark.parametrize(("there", "replicas", "steps"), [(2, 4, ["Create"]), (4, 2, ["Remove"]), (2, 0, ["Remove"])])
def test_scaling(there: int, replicas: int, steps: list[str]) -> None:
    containers = [container(number + 1) for number in range(there)]
    assert [step for step, _serving, _running in walk(containers, replicas, START_FIRST, 1)] == steps


mixed = st.lists(
    st.tuples(st.sampled_from(["old", "older", "new"]), st.sampled_from(STATES), st.sampled_from(["healthy", ""])),
    max_size=8,
)


@given(mixed, st.integers(0, 6), st.sampled_from([START_FIRST, STOP_FIRST]), st.integers(1, 4))
def test_from_anywhere_it_ends_with_what_is_wanted(
    found: list[tuple[str, str, str]], replicas: int, order: str, parallelism: int
) -> None:
    there = [
        container(
            n + 1, digest, state=state, health=health if state == "running" else "", exit_code=int(state == "exited")
        )
        for n, (digest, state, health) in enumerate(found)
    ]
    serving = sum(c.state == "running" for c in there)
    seen = walk(there, replicas, order, parallelism)
    if seen:
        assert seen[-1][1:] == (replicas, replicas)
    floor = min(serving, replicas) - (parallelism if order == STOP_FIRST else 0)
    assert all(up >= floor for _step, up, _running in seen)
    most = max(serving, replicas) + (parallelism if order == START_FIRST else 0)
    idle = sum(c.state in ("created", "exited", "paused") and c.config_hash == "new" for c in there)
    assert all(running <= most + idle for _step, _up, running in seen)
