# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.merge import (
    merged,
    note,
    owned_by,
    remembered,
)
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.reload import can_reload, version_of

KEYS = st.sampled_from("abcd")
LEAVES = st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=2), st.just({}))
OPTIONS = st.dictionaries(KEYS, st.one_of(LEAVES, st.dictionaries(KEYS, LEAVES, max_size=3)), max_size=4)


@given(OPTIONS, OPTIONS, OPTIONS)
def test_the_second_merge_changes_nothing(found: t.Any, old: t.Any, new: t.Any) -> None:
    once = merged(found, new, owned_by(old))
    assert merged(once, new, owned_by(new)) == once


@given(OPTIONS, OPTIONS)
def test_ours_is_always_there(found: t.Any, options: t.Any) -> None:
    result = merged(found, options, frozenset())
    for path in owned_by(options):
        ours, theirs = options, result
        for key in path:
            ours, theirs = ours[key], theirs[key]
        assert ours in ({}, theirs)


@given(OPTIONS, OPTIONS)
def test_ours_gone_leaves_theirs(found: t.Any, options: t.Any) -> None:
    theirs = {f"their-{key}": value for key, value in found.items()}
    assert merged(merged(theirs, options, frozenset()), {}, owned_by(options)) == theirs


@given(OPTIONS)
def test_a_note_is_read_as_it_was_written(options: t.Any) -> None:
    assert remembered(note(owned_by(options))) == owned_by(options)


def test_a_note_that_is_broken_counts_as_none() -> None:
    assert remembered("{") == remembered(None) == remembered("5") == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "version", "expected"),
    [
        ({}, {"labels": ["a"]}, (26, 1), True),
        ({"debug": False}, {"debug": True, "registry-mirrors": []}, (20, 10, 24), True),
        ({"debug": True}, {}, (26, 1), False),
        ({}, {"ipv6": True}, (26, 1), False),
        ({}, {"labels": ["a"], "ipv6": True}, (26, 1), False),
        ({}, {"allow-nondistributable-artifacts": ["x"]}, (26, 1), True),
        ({}, {"allow-nondistributable-artifacts": ["x"]}, (28, 0), False),
        ({}, {"allow-nondistributable-artifacts": ["x"]}, (), False),
    ],
)
def test_what_is_reloaded(before: t.Any, after: t.Any, version: t.Any, expected: bool) -> None:
    assert can_reload(before, after, version) is expected


def test_versions() -> None:
    assert version_of("Docker version 26.1.5+dfsg1, build 411e817") == version_of("26.1.5") == (26, 1, 5)
    assert version_of("5:28.3.3-1~debian.13~trixie") == (28, 3, 3)
    assert version_of("") == ()
