# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images stay: properties that hold for any repository and any rule."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retention import (
    Rule,
    TaggedImage,
    choose,
    timestamp,
    version_key,
)

REPOSITORY = parse_reference("registry1:5000/app")
NOW = 2_000_000_000.0
TAGS = st.sampled_from(["stable", "latest", *(f"v{n}" for n in range(12)), "pr-1", "pr-2"])
DIGESTS = [f"sha256:{n:064x}" for n in range(8)]


@st.composite
def repositories(draw: t.Any) -> list[TaggedImage]:
    """Every tag names one image; some images list others."""
    digests = draw(st.lists(st.sampled_from(DIGESTS), unique=True, max_size=8))
    tags = draw(st.permutations([*(f"v{n}" for n in range(12)), "stable", "latest", "pr-1", "pr-2"]))
    free = iter(tags)
    images = []
    for digest in digests:
        own = tuple(itertools.islice(free, draw(st.integers(1, 2))))
        parts = frozenset(draw(st.lists(st.sampled_from(DIGESTS), max_size=2))) - {digest}
        moment = draw(st.none() | st.integers(0, 100).map(lambda days: NOW - days * 86400.0))
        images.append(TaggedImage(digest, own, moment, parts))
    return images


RULES = st.builds(
    Rule,
    repository=st.just(REPOSITORY),
    tags=st.sampled_from([("*",), ("v*",), ("pr-*", "v1*")]),
    keep_newest=st.none() | st.integers(0, 9),
    min_age=st.none() | st.integers(0, 100).map(lambda days: days * 86400.0),
    keep_tags=st.sampled_from([(), ("stable",), ("v1?", "latest")]),
    keep_digests=st.frozensets(st.sampled_from(DIGESTS), max_size=2),
    keep_names=st.frozensets(TAGS, max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(repositories(), RULES)
def test_nothing_that_is_needed_goes(images: list[TaggedImage], rule: Rule) -> None:
    choice = choose(images, rule, NOW)
    assert sorted(one.digest for one in (*choice.kept, *choice.removed)) == sorted(one.digest for one in images)
    gone = {one.digest for one in choice.removed}
    assert not gone & rule.keep_digests
    assert not gone & {part for one in choice.kept for part in one.parts}
    for one in choice.removed:
        assert not set(one.tags) & rule.keep_names
        assert one.time is not None and not (rule.min_age is not None and NOW - one.time < rule.min_age)
        assert "stable" not in one.tags or "stable" not in rule.keep_tags
    assert {one.digest for one in choice.kept} == set(choice.why)


@settings(max_examples=60, deadline=None)
@given(repositories(), RULES)
def test_a_second_time_nothing_goes(images: list[TaggedImage], rule: Rule) -> None:
    kept = choose(images, rule, NOW).kept
    assert choose(kept, rule, NOW).removed == ()


@settings(max_examples=60, deadline=None)
@given(repositories(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_registry_does_not_matter(images: list[TaggedImage], rule: Rule, dice: t.Any) -> None:
    mixed = list(images)
    dice.shuffle(mixed)
    assert choose(mixed, rule, NOW) == choose(images, rule, NOW)


@settings(max_examples=60, deadline=None)
@given(repositories(), st.integers(0, 9))
def test_the_newest_are_the_newest(images: list[TaggedImage], count: int) -> None:
    plain = [TaggedImage(one.digest, one.tags, one.time or 1.0) for one in images]
    choice = choose(plain, Rule(REPOSITORY, keep_newest=count), NOW)
    assert len(choice.kept) == min(count, len(plain))
    oldest_kept = min((one.time or 0 for one in choice.kept), default=NOW)
    assert all((one.time or 0) <= oldest_kept for one in choice.removed)


@pytest.mark.parametrize(
    "tags", [["1.9-rc1", "1.9", "1.10-rc2", "1.10-rc10", "1.10", "1.10.1", "2.0"], ["v1", "v2", "v10"], ["a", "b"]]
)
def test_tags_are_versions(tags: list[str]) -> None:
    backwards = tags[::-1]
    assert sorted(backwards, key=version_key) == tags
    images = [TaggedImage(f"sha256:{n:064x}", (tag,), 5.0) for n, tag in enumerate(tags)]
    assert choose(images, Rule(REPOSITORY, keep_newest=1), NOW).kept[0].tags == (tags[-1],)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-01T00:00:00Z", 1793491200.0),
        ("2026-11-01T00:00:00.123456789Z", 1793491200.0),
        ("2026-11-01T02:00:00+02:00", 1793491200.0),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("2026-13-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_times(text: t.Optional[str], seconds: t.Optional[float]) -> None:
    assert timestamp(text) == seconds
