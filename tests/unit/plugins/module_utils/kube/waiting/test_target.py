# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As few watches as possible."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
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


def test_a_selector_is_left_to_the_server_while_it_is_alone():
    chosen = target("", labels="app=web")
    assert list(topics_of([chosen])) == [Topic(PODS, "shop", "app=web")]
    assert str(chosen) == "Pod (app=web) in shop"


def test_by_name_and_by_label_is_one_watch():
    chosen, named = target("", labels="app=web"), target("a")
    assert topics_of([chosen, named, target("", labels="app in (api)")])[Topic(PODS, "shop")][:2] == [chosen, named]
    pod = {"metadata": {"name": "b", "namespace": "shop", "labels": {"app": "web"}}}
    assert chosen.chooses(pod)
    assert not named.chooses(pod)


def test_pods_that_are_waited_for_beside_a_workload_are_one_watch():
    deployments = Resource("apps", "v1", "Deployment", "deployments", True)
    web = Target(ObjectRef("apps/v1", "Deployment", "shop", "web"), deployments)
    assert Topic(PODS, "shop") in topics_of([target("a"), web])
    assert Topic(PODS, "other", "", "metadata.name=a") in topics_of([target("a", "other"), web])


def test_a_selector_that_the_server_does_not_see_is_checked_here():
    with pytest.raises(InputError, match="app==web=1"):
        topics_of([target("a"), target("", labels="app==web=1")])
