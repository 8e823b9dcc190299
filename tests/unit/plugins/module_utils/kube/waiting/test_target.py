# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As few watches as possible."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import Topic
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target, topics_of

PODS = Resource("", "v1", "Pod", "pods", True)


def target(name: str, namespace: str = "shop", labels: str = "") -> Target:
    return Target(ObjectRef("v1", "Pod", namespace, name), PODS, labels)


def test_one_object_is_watched_by_name():
    assert list(topics_of([target("a")])) == [Topic(PODS, "shop", "", "metadata.name=a")]


def test_many_of_a_namespace_are_one_watch():
    topics = topics_of([target("a"), target("b"), target("c", "other")])
    assert set(topics) == {Topic(PODS, "shop"), Topic(PODS, "other", "", "metadata.name=c")}


def test_selectors_are_their_own_watch():
    chosen = target("", labels="app=web")
    assert topics_of([chosen, target("a")])[Topic(PODS, "shop", "app=web")] == [chosen]
    assert str(chosen) == "Pod (app=web) in shop"
