# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a workload, and when nothing is."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.change import (
    RESTARTED_AT,
    Request,
    change_for,
    changes_back,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.history import current_of, revisions_of
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    replica_set,
    workload,
)


def template(image: str, **labels: str) -> dict:
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": {"containers": [{"name": "app", "image": image}]}}


def deployment(image: str = "v2", **spec: object) -> dict:
    return workload(template=template(image), **spec)


SETS = [
    replica_set("web-b", "uid-web", 2, **template("v2", **{"pod-template-hash": "b"})),
    replica_set("web-a", "uid-web", 1, **template("v1", **{"pod-template-hash": "a"})),
    replica_set("other", "uid-other", 7, **template("v7")),
]
HISTORY = revisions_of(deployment(), SETS)


def controller_revision(name: str, revision: int, image: str) -> dict:
    return {
        "kind": "ControllerRevision",
        "metadata": {"name": name, "ownerReferences": [{"controller": True, "uid": "uid-db"}]},
        "revision": revision,
        "data": {"spec": {"template": {**template(image), "$patch": "replace"}}},
    }


def database(image: str) -> dict:
    spec = {**template(image), "metadata": {"labels": {"app": "web"}, "creationTimestamp": None}}
    return workload("StatefulSet", "db", template=spec)


def test_history_is_that_of_the_workload_oldest_first():
    assert [(r.number, r.name) for r in HISTORY] == [(1, "web-a"), (2, "web-b")]
    assert HISTORY[0].template == template("v1")
    assert current_of(deployment(), HISTORY) == 2
    assert HISTORY[1].as_result(2)["images"] == ["v2"]


def test_undo_replaces_the_template():
    change = change_for(Request("undo"), deployment(), HISTORY)
    assert change.patch == [{"op": "replace", "path": "/spec/template", "value": template("v1")}]
    assert change.kind == "json"
    assert change.message == "back to revision 1"


def test_undo_to_what_runs_changes_nothing():
    change = change_for(Request("undo", to_revision=2), deployment(), HISTORY)
    assert not change.needed
    assert change.message == "already runs the template of revision 2"


@pytest.mark.parametrize(
    ("history", "to_revision", "message"),
    [
        (HISTORY, 9, "Deployment shop/web has no revision 9; the cluster keeps 1, 2."),
        (HISTORY[1:], None, "Deployment shop/web has no revision before the present one; the cluster keeps 2."),
        ([], None, "Deployment shop/web has no revision before the present one; the cluster keeps none."),
    ],
)
def test_undo_to_what_is_not_there(history, to_revision, message):
    with pytest.raises(InputError) as raised:
        change_for(Request("undo", to_revision=to_revision), deployment(), history)
    assert raised.value.message == message


def test_stateful_sets_keep_controller_revisions():
    history = revisions_of(database("v2"), [controller_revision("db-2", 2, "v2"), controller_revision("db-1", 1, "v1")])
    assert current_of(database("v2"), history) == 2
    assert change_for(Request("undo"), database("v2"), history).patch[0]["value"] == template("v1")


def test_restart_annotates_the_template():
    change = change_for(Request("restart", now="2026-01-01T00:00:00Z"), deployment(), [])
    annotations = change.patch["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {RESTARTED_AT: "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("state", ["restart", "undo"])
def test_a_paused_deployment_is_left_alone(state):
    with pytest.raises(InputError, match="is paused"):
        change_for(Request(state), deployment(paused=True), HISTORY)


def test_scale():
    change = change_for(Request("scaled", replicas=5), deployment(), [])
    assert (change.patch, change.subresource) == ({"spec": {"replicas": 5}}, "scale")
    assert not change_for(Request("scaled", replicas=3), deployment(), []).needed
    assert change_for(Request("scaled", replicas=0), deployment(), []).patch == {"spec": {"replicas": 0}}
    with pytest.raises(InputError, match="cannot be scaled"):
        change_for(Request("scaled", replicas=1), workload("DaemonSet"), [])


def test_pause_and_resume():
    assert change_for(Request("paused"), deployment(), []).patch == {"spec": {"paused": True}}
    assert not change_for(Request("paused"), deployment(paused=True), []).needed
    assert change_for(Request("resumed"), deployment(paused=True), []).patch == {"spec": {"paused": None}}
    assert not change_for(Request("resumed"), deployment(), []).needed
    with pytest.raises(InputError, match="only Deployments can"):
        change_for(Request("paused"), database("v1"), [])


def test_status_changes_nothing():
    assert not change_for(Request("status"), deployment(), HISTORY).needed


@pytest.mark.parametrize(
    ("guard", "says"),
    [
        ({"current_replicas": 2}, "left alone: it has 3 replicas, not 2"),
        ({"resource_version": "6"}, "left alone: it is at version 7, not 6"),
    ],
)
def test_a_guard_that_does_not_hold_leaves_it_alone(guard: dict, says: str) -> None:
    web = deployment()
    web["metadata"]["resourceVersion"] = "7"
    change = change_for(Request("scaled", replicas=5, **guard), web, HISTORY)
    assert not change.needed
    assert change.message == says


def test_a_guard_must_hold_when_the_server_writes():
    web = deployment()
    web["metadata"]["resourceVersion"] = "7"
    change = change_for(Request("scaled", replicas=5, current_replicas=3), web, HISTORY)
    assert change.patch == {"spec": {"replicas": 5}, "metadata": {"resourceVersion": "7"}}


def test_back_is_only_what_differs():
    before = deployment("v1")
    assert changes_back(before, deployment("v1")) == []
    (template_back,) = changes_back(before, deployment("v2"))
    assert template_back.patch == [{"op": "replace", "path": "/spec/template", "value": template("v1")}]
    scaled, paused = changes_back({**before, "spec": {**before["spec"], "paused": True}}, deployment("v1", replicas=5))
    assert (scaled.subresource, scaled.patch) == ("scale", {"spec": {"replicas": 3}})
    assert paused.patch == {"spec": {"paused": True}}
