# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tried again."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.retry import (
    ATTEMPTS,
    after_answer,
    after_break,
    backoff,
    repeatable,
)


@pytest.mark.parametrize(
    ("method", "content_type", "expected"),
    [
        ("GET", None, True),
        ("POST", "application/json", False),
        ("PATCH", "application/apply-patch+yaml", True),
        ("PATCH", "application/json-patch+json", False),
        ("DELETE", None, True),
    ],
)
def test_what_may_be_sent_twice(method: str, content_type: str, expected: bool) -> None:
    assert repeatable(method, content_type) is expected


@pytest.mark.parametrize(
    ("status", "message", "may_repeat", "again"),
    [
        (429, "", False, True),
        (503, "", True, True),
        (503, "", False, False),
        (500, "etcdserver: leader changed", True, True),
        # A mistake in an object is answered with 500, too.
        (500, "failed to create typed patch object: .spec.a: field not declared in schema", True, False),
        (404, "", True, False),
        (409, "", True, False),
    ],
)
def test_which_answers_pass(status: int, message: str, may_repeat: bool, again: bool) -> None:
    assert (after_answer(status, message, None, 1, may_repeat) is not None) is again
    assert after_answer(status, message, None, ATTEMPTS, may_repeat) is None


def test_the_server_says_how_long() -> None:
    assert 3 <= (after_answer(429, "", "3", 1, False) or 0) <= 4
    assert (after_answer(429, "", "9999", 1, False) or 0) <= 12
    assert (after_answer(429, "", "tomorrow", 1, False) or 9) < 1


def test_a_request_that_was_perhaps_done_is_not_repeated() -> None:
    assert after_break(1, was_sent=True, may_repeat=False) is None
    assert after_break(1, was_sent=False, may_repeat=False) is not None
    assert after_break(ATTEMPTS, was_sent=False, may_repeat=True) is None


def test_waits_grow_and_scatter() -> None:
    assert backoff(1) < backoff(4) < backoff(6)
    assert len({backoff(3) for _turn in range(20)}) > 1
    assert backoff(50) <= 15


def test_a_silent_server_is_asked_once_more() -> None:
    assert after_break(1, was_sent=True, may_repeat=True, silent=True) is not None
    assert after_break(2, was_sent=True, may_repeat=True, silent=True) is None
    assert after_break(2, was_sent=True, may_repeat=True) is not None
