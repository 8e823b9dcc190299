# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.lab import capabilities


def test_a_machine_without_sys_resource_gives_all_but_that() -> None:
    names = capabilities.from_status("Name:\tx\nCapBnd:\t000001fffeffffff\nSeccomp:\t0\n")
    assert "SYS_RESOURCE" not in names
    assert set(capabilities.NAMES) - set(names) == {"SYS_RESOURCE"}


def test_a_machine_with_everything_gives_everything_that_every_engine_knows() -> None:
    assert capabilities.from_mask((1 << 41) - 1) == capabilities.NAMES


def test_without_the_kernels_line_everything_is_asked_for() -> None:
    assert capabilities.from_status("Name:\tx\n") == capabilities.NAMES


@given(st.sets(st.integers(0, len(capabilities.NAMES) - 1)))
def test_each_bit_is_one_name(bits: set[int]) -> None:
    names = capabilities.from_mask(sum(1 << bit for bit in bits))
    assert {capabilities.NAMES.index(name) for name in names} == bits
