# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How objects stand while time goes by: a clock that the test moves, and changes as a watch brings them."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    CHANGED,
    LISTED,
    REMOVED,
    Change,
    Topic,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import HEALTHY, by_jmespath
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.judge import Judge
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.patience import Patience
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.picture import Picture
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import Standing
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target, topics_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.trim import lean_pod
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.kube.builders import (
    crashed,
    finished,
    pod,
    replica_set,
    waiting,
    workload,
)

DEPLOYMENTS = Resource("apps", "v1", "Deployment", "deployments", True)
STATEFUL_SETS = Resource("apps", "v1", "StatefulSet", "statefulsets", True)
PODS = Topic(Resource("", "v1", "Pod", "pods", True), "shop")
SETS = Topic(Resource("apps", "v1", "ReplicaSet", "replicasets", True), "shop")


class Scene:
    """A wait for the Deployment web and (on request) the StatefulSet db."""

    def __init__(self, goal=HEALTHY, *, with_db: bool = False) -> None:
        self.now = 0.0
        targets = [Target(ObjectRef("apps/v1", "Deployment", "shop", "web"), DEPLOYMENTS)]
        if with_db:
            targets.append(Target(ObjectRef("apps/v1", "StatefulSet", "shop", "db"), STATEFUL_SETS))
        self.topics = topics_of(targets)
        self.picture = Picture()
        self.patience = Patience(lambda: self.now)
        self.judge = Judge(goal, self.topics, self.patience)
        self.sees(workload(), workload("StatefulSet", "db"))
        self.picture.take(Change(SETS, LISTED, (replica_set("web-new", "uid-web", 2),)))

    def sees(self, *objects: dict) -> None:
        for topic in self.topics:
            mine = tuple(o for o in objects if o["kind"] == topic.resource.kind)
            if mine:
                self.picture.take(Change(topic, CHANGED, mine))

    def pods(self, *pods: dict) -> None:
        self.picture.take(Change(PODS, LISTED, pods))

    def web(self) -> Standing:
        self.judge.look(self.picture)
        return next(s for s in self.judge.standings() if s.ref.name == "web")


def crashing(restarts: int) -> dict:
    return pod("web-1", crashed(restarts), owner="uid-web-new")


def with_container(obj: dict, **more: object) -> dict:
    return {**obj, "spec": {**obj["spec"], "template": {"spec": {"containers": [{"name": "app", **more}]}}}}


def test_from_nothing_to_healthy():
    scene = Scene()
    assert not scene.web().met
    scene.sees(with_container(finished(workload()), readinessProbe={"httpGet": {"port": 80}}))
    assert scene.web().met


def test_without_a_probe_it_must_stay_up():
    scene = Scene()
    up, down = with_container(finished(workload())), with_container(workload())
    for at, obj, met in [(0, down, False), (1, up, False), (3, down, False), (4, up, False), (8, up, False)]:
        scene.now = at
        scene.sees(obj)
        assert scene.web().met is met
    assert scene.web().health.message == "3/3 updated, 3 available, sees whether it stays up"
    scene.now = 9
    assert scene.web().met


def test_what_was_up_from_the_start_need_not_wait():
    scene = Scene()
    scene.sees(with_container(finished(workload())))
    assert scene.web().met


def test_an_object_that_went_away():
    scene = Scene()
    for topic in scene.topics:
        scene.picture.take(Change(topic, REMOVED, (workload(),)))
    standing = scene.web()
    assert (standing.health.status, standing.obj, standing.final) == ("NotFound", None, False)


def test_a_crash_loop_is_final_at_once():
    scene = Scene()
    scene.pods(crashing(2))
    standing = scene.web()
    assert standing.final
    assert standing.doom.pod["metadata"]["name"] == "web-1"


def test_a_crash_is_excused_while_the_database_starts():
    scene = Scene(with_db=True)
    scene.pods(crashing(3))
    assert not scene.web().final
    scene.sees(finished(workload("StatefulSet", "db")))
    assert not scene.web().final, "it has not been tried since the database is up"
    scene.pods(crashing(4))
    assert scene.web().final


def test_two_that_crash_do_not_excuse_each_other():
    scene = Scene(with_db=True)
    scene.pods(crashing(3), pod("db-0", crashed(2), owner="uid-db"))
    assert scene.web().final


def test_a_missing_image_is_not_excused():
    scene = Scene(with_db=True)
    scene.pods(pod("web-1", waiting("ErrImageNeverPull"), owner="uid-web-new"))
    assert scene.web().final


def test_old_pods_do_not_doom():
    scene = Scene()
    scene.pods(pod("web-0", crashed(9), owner="uid-web-old"))
    assert not scene.web().final


def test_pods_are_not_judged_before_the_controller_has_seen_the_change():
    scene = Scene()
    web = workload()
    web["metadata"]["generation"] = 2
    scene.sees(web)
    scene.pods(crashing(9))
    assert not scene.web().final


def test_grace_runs_by_our_clock_and_starts_anew():
    scene = Scene()
    lost = pod("web-1", waiting("CreateContainerConfigError", 'secret "db" not found'), owner="uid-web-new")
    scene.pods(lost)
    assert not scene.web().final
    assert scene.patience.next_due() == 20
    scene.now = 15
    scene.pods(pod("web-1", owner="uid-web-new"))
    assert not scene.web().final
    scene.pods(lost)
    scene.now = 21
    assert not scene.web().final
    scene.now = 41
    assert scene.web().final


@pytest.mark.parametrize(("seconds", "final"), [(1, False), (3, True)])
def test_a_deadline_of_the_release_before_gets_a_moment(seconds, final):
    scene = Scene()
    web = workload()
    web["status"]["conditions"] = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]
    scene.sees(web)
    assert not scene.web().final
    scene.now = seconds
    assert scene.web().final is final


def test_a_refusal_that_only_events_tell_of():
    scene = Scene()
    scene.pods()
    scene.picture.warn({"reason": "FailedCreate", "involvedObject": {"uid": "uid-web"}, "message": "exceeded quota"})
    assert not scene.web().final
    scene.now = 6
    assert scene.web().doom.message == "exceeded quota"
    scene.pods(pod("web-1", owner="uid-web"))
    assert not scene.web().final, "it was let create a pod after all"


def test_other_goals_do_not_fail_early():
    scene = Scene(by_jmespath("status.never"))
    scene.pods(crashing(9))
    assert not scene.web().final


def test_a_volume_of_a_secret_that_is_not_there():
    scene = Scene()
    stuck = unstarted("False")
    scene.pods(stuck)
    involved = {"uid": "uid-web-1", "namespace": "shop", "name": "web-1"}
    said = 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found'
    scene.picture.warn({"reason": "FailedMount", "involvedObject": involved, "message": said})
    assert not scene.web().final
    scene.now = 91
    assert scene.web().doom.message == f"FailedMount: {said}"
    scene.pods(unstarted("True"))
    assert not scene.web().final, "it has come after all, and the image is being pulled"


def unstarted(sandbox: str) -> dict:
    stuck = pod("web-1", waiting("ContainerCreating"), owner="uid-web-new")
    stuck["status"]["conditions"].append({"type": "PodReadyToStartContainers", "status": sandbox})
    return lean_pod(stuck)


def test_old_events_of_refusals_are_of_another_release():
    scene = Scene()
    event = {"reason": "FailedCreate", "involvedObject": {"uid": "uid-web"}, "message": "exceeded quota"}
    scene.picture.warn(event, fresh=False)
    scene.web()
    scene.now = 60
    assert scene.web().doom is None


def test_only_what_changed_is_looked_at_again():
    scene = Scene(with_db=True)
    assert {s.ref.name for s in scene.judge.look(scene.picture)} == {"web", "db"}
    assert scene.judge.look(scene.picture) == []
    scene.picture.take(Change(PODS, CHANGED, (pod("db-0", owner="uid-db"),)))
    assert [s.ref.name for s in scene.judge.look(scene.picture)] == ["db"]
    scene.picture.take(Change(PODS, CHANGED, (crashing(1),)))
    assert [s.ref.name for s in scene.judge.look(scene.picture)] == ["web"], "by way of its ReplicaSet"


def test_an_object_that_is_not_there_yet_counts():
    scene = Scene()
    targets = [Target(ObjectRef("apps/v1", "Deployment", "shop", name), DEPLOYMENTS) for name in ("web", "late")]
    topics = topics_of(targets)
    judge, picture = Judge(HEALTHY, topics, scene.patience), Picture()
    topic = next(iter(topics))
    picture.take(Change(topic, LISTED, (finished(workload()),)))
    judge.look(picture)
    assert [(s.ref.name, s.met) for s in judge.standings()] == [("web", True), ("late", False)]
    assert [s.ref.name for s in judge.unmet()] == ["late"]


def test_selected_objects_come_and_go():
    pods = Target(ObjectRef("v1", "Pod", "shop", ""), PODS.resource, "app=web")
    named = Target(ObjectRef("v1", "Pod", "shop", "other"), PODS.resource)
    topics = topics_of([pods, named])
    assert list(topics) == [PODS]
    judge, picture = Judge(HEALTHY, topics, Patience(lambda: 0.0)), Picture()
    picture.take(Change(PODS, LISTED))
    judge.look(picture)
    assert [s.health.message for s in judge.standings()] == ["nothing matches", "does not exist"]
    for name, app in (("a", "web"), ("b", "api"), ("other", "api")):
        picture.take(Change(PODS, CHANGED, (pod(name, ready=True, app=app),)))
    judge.look(picture)
    assert [s.ref.name for s in judge.standings()] == ["a", "other"]
    assert judge.unmet() == []
    picture.take(Change(PODS, LISTED, (pod("other", ready=True),)))
    judge.look(picture)
    assert [s.health.message for s in judge.standings()] == ["nothing matches", "running and ready"]


def test_an_object_may_bring_its_own_timeout():
    scene = Scene()
    web = workload()
    web["metadata"]["annotations"]["slipway.deploy/wait-timeout"] = "1h30m"
    scene.sees(web)
    assert scene.web().timeout == 5400
    web["metadata"]["annotations"]["slipway.deploy/wait-timeout"] = "soon"
    scene.sees(web)
    with pytest.raises(InputError, match="which is no duration; write it as 90s, 10m or 1h30m"):
        scene.web()
