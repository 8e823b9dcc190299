# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be waited for."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import (
    ABSENT,
    HEALTHY,
    by_condition,
    by_jmespath,
    by_state,
)
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    finished,
    workload,
)

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n1"},
    "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady"}], "pods": 0},
}


def met(goal, obj) -> bool:
    return goal.judge(obj)[0]


def test_states():
    web = workload()
    leaving = {**web, "metadata": {**web["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    answers = [
        [met(goal, obj) for obj in (finished(web), web, leaving, None)]
        for goal in (HEALTHY, by_state("present"), ABSENT)
    ]
    assert answers == [[True, False, False, False], [True, True, False, False], [False, False, False, True]]


def test_condition():
    assert not met(by_condition("Ready"), NODE)
    assert met(by_condition("Ready", "False"), NODE)
    assert met(by_condition("Ready", "False", "KubeletNotReady"), NODE)
    assert not met(by_condition("Ready", "False", "Other"), NODE)
    assert not met(by_condition("Ready", "False"), None)
    assert "condition Ready is False" in by_condition("Ready").judge(NODE)[1].message
    assert "no condition Cool" in by_condition("Cool").judge(NODE)[1].message


@pytest.mark.parametrize(("kind", "status", "fast"), [("Ready", "True", True), ("Failed", "True", False)])
def test_who_waits_for_bad_news_does_not_mind_failure(kind, status, fast):
    assert by_condition(kind, status).fail_fast is fast
    assert not by_condition(kind, "False").fail_fast


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("kind == 'Node'", True),
        ("status.conditions[0].reason", True),
        ("status.pods", True),
        ("status.missing", False),
        ("metadata.labels || `{}`", False),
        ("contains(status.pods, 'x')", False),
    ],
)
def test_jmespath(expression, expected):
    assert met(by_jmespath(expression), NODE) is expected
    assert not met(by_jmespath(expression), None)


def test_jmespath_that_is_none():
    with pytest.raises(InputError, match=r"'status\.\.phase' is not a JMESPath expression: .*at character 8"):
        by_jmespath("status..phase")
