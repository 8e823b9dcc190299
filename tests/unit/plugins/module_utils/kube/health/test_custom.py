# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user's own rules for a kind."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.custom import rules_from

RULES = rules_from(
    [
        {
            "kind": "Toy",
            "api_version": "example.com/*",
            "current": "status.phase == 'Done'",
            "failed": "status.phase == 'Broken'",
            "because": "status.words",
        },
        {"kind": "Deployment", "api_version": "apps", "failed": "metadata.annotations.broken"},
        {"kind": "Odd", "current": "contains(status.list, 'x')"},
    ]
)


def toy(phase: str = "", version: str = "example.com/v1", **more: object) -> dict:
    return {"apiVersion": version, "kind": "Toy", "status": {"phase": phase, **more}}


@pytest.mark.parametrize(
    ("obj", "status", "message"),
    [
        (toy("Done"), "Current", "status.phase == 'Done' is true"),
        (toy("Broken", words="no wheels"), "Failed", "no wheels"),
        (toy("Making", words="paint dries"), "InProgress", "paint dries"),
        (toy(), "InProgress", "status.phase == 'Done' is not true yet"),
        (toy("Broken", version="other.com/v1"), "Current", "exists"),
        ({**toy("Done"), "metadata": {"deletionTimestamp": "now"}}, "Terminating", "is being deleted"),
        ({"apiVersion": "v1", "kind": "Odd"}, "InProgress", None),
    ],
)
def test_rules(obj, status, message):
    health = compute(obj, RULES)
    assert health.status == status
    assert message is None or health.message == message


def test_a_change_that_nobody_has_seen_comes_before_the_rule():
    obj = {**toy("Done", observedGeneration=1), "metadata": {"generation": 2}}
    assert compute(obj, RULES).status == "InProgress"


def test_a_rule_for_failure_leaves_the_rest_to_the_built_in_rules():
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 1}, "status": {}}
    assert compute(web, RULES) == compute(web)
    assert compute({**web, "metadata": {"annotations": {"broken": "yes"}}}, RULES).status == "Failed"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("status.done", "health_rules must be a list of rules; write each as {kind: Toy, current: status.done}."),
        ([{"current": "a"}], "health_rules[0] has no kind; write it as {kind: Toy, current: status.done}."),
        ([{"kind": "Toy"}], "health_rules[0]: a rule for Toy needs current or failed, a JMESPath expression."),
        (
            [{"kind": "Toy", "curent": "a"}],
            "health_rules[0]: a rule has no curent; it has kind, api_version, current, failed, because.",
        ),
        (
            [{"kind": "Toy", "current": "a"}, {"kind": "Car", "failed": "status..phase"}],
            "health_rules[1].failed: 'status..phase' is not a JMESPath expression: "
            'Invalid jmespath expression: Invalid token. "DOT" at character 8.',
        ),
    ],
)
def test_rules_that_cannot_be_right(given, says):
    with pytest.raises(InputError) as caught:
        rules_from(given)
    assert caught.value.message[:60] == says[:60]
