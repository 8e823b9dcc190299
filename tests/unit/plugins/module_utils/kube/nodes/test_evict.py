# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server's answers to an eviction mean."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Unreachable, api_error
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.evict import (
    GONE,
    HELD,
    LATER,
    REFUSED,
    answer_of,
)


def cause(reason: str) -> dict[str, t.Any]:
    return {"message": "no", "details": {"causes": [{"reason": reason, "message": "words"}]}}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {}, GONE),
        (409, {}, GONE),
        (429, cause("DisruptionBudget"), HELD),
        (429, {"message": "too many requests"}, LATER),
        (403, cause("NamespaceTerminating"), LATER),
        (403, {"message": "pods is forbidden"}, REFUSED),
        (500, {"message": "etcdserver: leader changed"}, LATER),
        (504, {}, LATER),
        (500, {"message": "This pod has more than one PodDisruptionBudget, which is not supported."}, REFUSED),
        (422, {}, REFUSED),
    ],
)
def test_answers(status: int, body: dict[str, t.Any], expected: str) -> None:
    assert answer_of(api_error(status, body, "a test")).what == expected


def test_a_server_that_is_away_is_asked_again() -> None:
    assert answer_of(Unreachable("away")).what == LATER
