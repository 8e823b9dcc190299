# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a pod's eviction is asked for."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.budgets import Budgets, selects


def budget(name: str = "web", allowed: int = 1, *, generation: int = 1, **labels: str) -> dict[str, t.Any]:
    return {
        "metadata": {"namespace": "shop", "name": name, "generation": generation},
        "spec": {"selector": {"matchLabels": labels or {"app": "web"}}},
        "status": {"observedGeneration": 1, "disruptionsAllowed": allowed, "currentHealthy": 2, "desiredHealthy": 2},
    }


def pod(namespace: str = "shop", **labels: str) -> dict[str, t.Any]:
    return {"metadata": {"namespace": namespace, "name": "p", "labels": labels or {"app": "web"}}}


def known(*objects: dict[str, t.Any]) -> Budgets:
    budgets = Budgets()
    budgets.replace(objects)
    return budgets


def test_a_pod_without_budget_goes_at_once() -> None:
    assert known(budget()).admit(pod(app="other")) == ()
    assert known(budget()).admit(pod("elsewhere")) == ()


def test_not_more_is_asked_than_there_is_room() -> None:
    budgets = known(budget(allowed=2))
    first, second = budgets.admit(pod()), budgets.admit(pod())
    assert first and second
    assert budgets.admit(pod()) is None
    budgets.answered(first, taken=True)
    assert budgets.admit(pod()) is None
    budgets.answered(second, taken=True)
    budgets.learn(budget(allowed=1))
    assert budgets.admit(pod())


def test_few_requests_at_once_since_they_collide() -> None:
    budgets = known(budget(allowed=100))
    tickets = [budgets.admit(pod()) for _turn in range(10)]
    assert 1 < sum(ticket is not None for ticket in tickets) < 10
    budgets.answered(tickets[0] or (), taken=True)
    assert budgets.admit(pod())


def test_news_keep_room_for_what_is_under_way() -> None:
    budgets = known(budget(allowed=2))
    asked = budgets.admit(pod()) or ()
    budgets.learn(budget(allowed=2))
    assert budgets.admit(pod())
    assert budgets.admit(pod()) is None
    budgets.answered(asked, taken=True)
    assert budgets.admit(pod()) is None


def test_a_refusal_closes_it_until_there_is_news() -> None:
    budgets = known(budget(allowed=5))
    budgets.answered(budgets.admit(pod()) or (), taken=False)
    assert budgets.admit(pod()) is None
    assert budgets.admit(pod(), even_full=True)


def test_news_during_a_request_are_not_lost() -> None:
    """The refusal is older than the room that we have heard of since."""
    budgets = known(budget(allowed=1))
    asked = budgets.admit(pod()) or ()
    budgets.learn(budget(allowed=1))
    budgets.answered(asked, taken=False)
    assert budgets.admit(pod())


def test_a_budget_that_its_controller_has_not_seen_has_no_room() -> None:
    assert known(budget(allowed=5, generation=2)).admit(pod()) is None


def test_a_budget_that_is_gone_holds_nothing() -> None:
    budgets = known(budget(allowed=0))
    budgets.forget(budget())
    assert budgets.admit(pod()) == ()


def test_it_says_its_numbers() -> None:
    assert str(known(budget(allowed=0)).of(pod())[0]) == (
        "budget shop/web (0 disruptions allowed; 2 healthy pods, 2 needed)"
    )


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "x"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_selectors(selector: t.Any, expected: bool) -> None:
    assert selects(selector, {"app": "web"}) is expected
