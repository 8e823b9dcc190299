# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of the pods that have to leave."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.budgets import Budgets
from ansible_collections.slipway.deploy.plugins.module_utils.kube.nodes.leaving import (
    GOING,
    GONE,
    REFUSED,
    Leaving,
    progress_line,
    why_stuck,
)

NOW = datetime.datetime(2026, 1, 1, 0, 2, tzinfo=datetime.timezone.utc)


def pod(name: str = "web-0", **metadata: t.Any) -> dict[str, t.Any]:
    found = {"namespace": "shop", "name": name, "labels": {"app": "web"}, **metadata}
    return {"metadata": found, "spec": {"nodeName": "n1"}}


def budgets(*names: str) -> Budgets:
    found = Budgets()
    for name in names:
        found.learn({"metadata": {"namespace": "shop", "name": name}, "spec": {"selector": {}}})
    return found


def test_the_budget_is_named() -> None:
    assert why_stuck(Leaving(pod(), held=True), budgets("web"), NOW) == {
        "reason": "is held by budget shop/web (0 disruptions allowed; 0 healthy pods, 0 needed)",
        "budget": "shop/web",
    }


def test_two_budgets_are_never_evicted() -> None:
    said = why_stuck(Leaving(pod(), REFUSED, reason="more than one"), budgets("a", "b"), NOW)
    assert said["reason"] == "is held by more than one budget (shop/a, shop/b), and so is never evicted"


def test_what_does_not_end_says_since_when_and_why() -> None:
    ending = {"deletionTimestamp": "2026-01-01T00:01:30Z", "deletionGracePeriodSeconds": 30}
    leaving = Leaving(pod(**ending, finalizers=["shop/backup"]), GOING)
    assert why_stuck(leaving, budgets("web"), NOW, node_ready=False) == {
        "reason": "has been terminating for 60 s, kept by its finalizers shop/backup, and its kubelet does not answer"
    }


def test_what_the_server_said_is_kept() -> None:
    assert why_stuck(Leaving(pod(), reason="busy"), budgets(), NOW) == {"reason": "busy"}


def test_the_line_counts_and_names_who_is_held() -> None:
    pods = [Leaving(pod("web-0"), held=True), Leaving(pod("web-1"), held=True), Leaving(pod("web-2"), GONE)]
    assert progress_line("n1", pods, budgets("web")) == (
        "drain n1: 2 of 3 pods left; held: shop/web-0 and 1 more by budget shop/web "
        "(0 disruptions allowed; 0 healthy pods, 0 needed)"
    )
    assert progress_line("n1", pods[2:], budgets("web")) == "drain n1: 0 of 1 pods left"
