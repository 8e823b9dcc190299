# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.subids import (
    COUNT,
    has_enough,
    next_free,
    ranges,
)

NAMES = st.sampled_from(["anna", "bert", "1000", "1001"])
RANGES = st.lists(st.tuples(NAMES, st.integers(0, 2**31), st.integers(0, 2**20)), max_size=6)


def text(found: list[tuple[str, int, int]]) -> str:
    return "".join(f"{owner}:{first}:{count}\n" for owner, first, count in found)


def test_a_user_is_known_by_name_or_id() -> None:
    assert has_enough(f"anna:100000:{COUNT}\n", "anna", 1000)
    assert has_enough(f"1000:100000:{COUNT}\n", "anna", 1000)
    assert has_enough("anna:100000:60000\nanna:200000:5536\n", "anna", 1000)
    assert not has_enough("anna:100000:65535\nbert:200000:65536\n", "anna", 1000)
    assert not has_enough("", "anna", 1000)


def test_lines_that_say_nothing_are_passed_over() -> None:
    assert ranges("# who has what\n\nanna:100000:65536 # her own\nanna:x:1\nanna:5\n") == [("anna", 100000, 65536)]


def test_the_first_ids_are_those_that_useradd_gives() -> None:
    assert next_free("", "") == 100000


@given(RANGES, RANGES)
def test_new_ids_are_nobodys(users: list[tuple[str, int, int]], groups: list[tuple[str, int, int]]) -> None:
    first = next_free(text(users), text(groups))
    assert all(begin + count <= first for _owner, begin, count in users + groups)
    assert has_enough(text([*users, ("carl", first, COUNT)]), "carl", 4242)
