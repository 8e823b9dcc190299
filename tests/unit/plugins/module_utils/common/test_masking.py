# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks: a change shows, the value never does."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import mask, mask_values, scrub


@given(st.text(), st.text())
def test_equal_values_have_equal_masks_and_others_do_not(one: str, two: str) -> None:
    assert mask(one) == mask(one)
    assume(one != two)
    assert mask(one) != mask(two)


def test_another_run_has_other_masks() -> None:
    assert mask("x", b"one") != mask("x", b"two")


def test_keys_stay() -> None:
    found = mask_values({"password": "hunter2", "user": None})
    assert set(found) == {"password", "user"}
    assert "hunter2" not in str(found)
    assert mask_values("hunter2").startswith("(hidden, ")


@given(st.text(min_size=3), st.text(), st.text())
def test_scrubbed_texts_hold_no_value(value: str, before: str, after: str) -> None:
    assume(value not in "(hidden)")
    scrubbed = scrub(before + value + after, [value])
    assume(value not in scrubbed.replace("(hidden)", ""))
    assert "(hidden)" in scrubbed


def test_longer_values_go_first_and_short_ones_stay() -> None:
    assert scrub("abcdef abc no", ["abc", "abcdef", "no"]) == "(hidden) (hidden) no"
