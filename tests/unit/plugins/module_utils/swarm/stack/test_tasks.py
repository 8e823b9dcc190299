# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a service is, by its tasks; and when watching ends."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.live import demultiplexed
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.tasks import Standing, judge
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.watch import NotSettled, Watch

NEW, OLD = {"ContainerSpec": {"Image": "i:2"}}, {"ContainerSpec": {"Image": "i:1"}}
NODES = {"n1": "swarm1", "n2": "swarm2"}


def service(replicas: int = 2, update: str = "", **template: t.Any) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {
        "Spec": {
            "Name": "s_web",
            "TaskTemplate": {**NEW, "RestartPolicy": {"Condition": "any"}, **template},
            "Mode": {"Replicated": {"Replicas": replicas}},
        },
        "UpdatedAt": "2026-11-24T12:00:00.1Z",
    }
    return {**found, "UpdateStatus": {"State": update, "Message": "why"}} if update else found


def task(slot: int, state: str = "running", desired: str = "running", **more: t.Any) -> dict[str, t.Any]:
    status = {"State": state, "Err": more.pop("err", ""), "Timestamp": "2026-11-24T12:00:05.1Z"}
    return {
        "ID": f"t{slot}{state}{more.get('CreatedAt', '')}",
        "Slot": slot,
        "NodeID": "n1",
        "Spec": {**NEW, "Placement": {}},
        "DesiredState": desired,
        "Status": status,
        "CreatedAt": "2026-11-24T12:00:01.1Z",
        **more,
    }


def test_all_run() -> None:
    found = judge(service(), [task(1), task(2)], NODES)
    assert (found.settled, found.running, found.wanted) == (True, 2, 2)


def test_the_old_ones_do_not_count_though_the_engine_has_not_begun_yet() -> None:
    assert not judge(service(), [task(1, Spec=OLD), task(2, Spec=OLD)], NODES).settled


def test_an_update_is_awaited_to_its_end() -> None:
    assert not judge(service(update="updating"), [task(1), task(2)], NODES).settled
    assert judge(service(update="completed"), [task(1), task(2)], NODES).settled


def test_one_too_many_is_not_settled() -> None:
    assert not judge(service(replicas=1), [task(1), task(2, Spec=OLD)], NODES).settled


def test_a_label_of_the_engine_does_not_make_a_task_old() -> None:
    other = {"ContainerSpec": {"Image": "i:2", "Labels": {}, "Privileges": {"NoNewPrivileges": False}}}
    assert judge(service(replicas=1), [task(1, Spec=other)], NODES).settled


@pytest.mark.parametrize("state", ["paused", "rollback_started", "rollback_completed"])
def test_an_update_that_the_swarm_gave_up(state: str) -> None:
    found = judge(service(update=state), [task(1, "failed", "shutdown", err="task: non-zero exit (3)")], NODES)
    how = "stopped" if state == "paused" else "took back"
    assert found.problem == (
        f"The swarm {how} the update of s_web (why). s_web.1 failed on swarm1: task: non-zero exit (3)."
    )


def test_where_no_node_fits() -> None:
    stuck = task(1, "pending", err="no suitable node (scheduling constraints not satisfied on 4 nodes)", NodeID="")
    assert judge(service(), [stuck], NODES).stuck == (
        "1 of s_web's tasks find no node: no suitable node (scheduling constraints not satisfied on 4 nodes)."
    )


def test_a_port_that_is_about_to_be_freed_is_awaited() -> None:
    waits = task(1, "pending", "ready", err="no suitable node (host-mode port already in use on 1 node)", NodeID="")
    assert judge(service(), [waits, task(1, "running", "shutdown", Spec=OLD)], NODES).stuck == ""


def test_the_end_of_a_log() -> None:
    assert demultiplexed(b"\x01\0\0\0\0\0\0\x03ab\n\x02\0\0\0\0\0\0\x02c\n") == "ab\nc\n"
    assert demultiplexed(b"of a terminal\r\n") == "of a terminal\r\n"
    assert demultiplexed(b"") == ""


class Film:
    """Pictures of services, one each look, the last one for ever; time passes by pauses."""

    def __init__(self, *pictures: dict[str, Standing]) -> None:
        self.pictures = list(pictures)
        self.now = 0.0
        self.lines: list[str] = []

    def look(self) -> dict[str, Standing]:
        return self.pictures.pop(0) if len(self.pictures) > 1 else self.pictures[0]

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def watch(self, **depends_on: tuple[str, ...]) -> None:
        Watch(self.look, depends_on, 20, self.lines.append, lambda: self.now, self.pause).until_settled()


def standing(running: int = 0, **more: t.Any) -> Standing:
    settled = more.pop("settled", running == 2)
    return Standing("s_web", running, 2, settled, waits=f"s_web {running}/2", **more)


def crashed(*ids: str) -> Standing:
    return standing(crashes=tuple(("1", one) for one in ids), crash="s_web.1 failed.", culprit={"ID": ids[-1]})


def test_it_waits_and_tells_the_counts() -> None:
    film = Film({"web": standing()}, {"web": standing(1)}, {"web": standing(1)}, {"web": standing(2)})
    film.watch()
    assert film.lines == ["web 0/2", "web 1/2", "web 2/2"]
    assert film.now >= 2


def test_a_task_that_dies_twice_ends_it() -> None:
    film = Film({"web": crashed("a")}, {"web": crashed("a", "b")})
    with pytest.raises(NotSettled, match=r"^s_web\.1 failed\.$") as caught:
        film.watch()
    assert film.now < 1 and caught.value.culprit == {"ID": "b"}


def test_deaths_before_what_it_needs_is_there_are_excused() -> None:
    down, up = standing(), standing(2)
    film = Film(
        {"web": crashed("a", "b"), "db": down}, {"web": crashed("a", "b"), "db": up}, {"web": standing(2), "db": up}
    )
    film.watch(web=("db",))
    film = Film({"web": crashed("a", "b"), "db": down}, {"web": crashed("a", "b", "c", "d"), "db": up})
    with pytest.raises(NotSettled):
        film.watch(web=("db",))


def test_no_node_is_believed_when_it_lasts() -> None:
    film = Film({"web": standing(stuck="no node.")}, {"web": standing(2)})
    film.watch()
    film = Film({"web": standing(stuck="no node.")})
    with pytest.raises(NotSettled, match=r"^no node\.$"):
        film.watch()
    assert 3 <= film.now < 4


def test_the_time_is_over() -> None:
    film = Film({"web": crashed("a")})
    with pytest.raises(NotSettled, match=r"^Not settled within 20 s: s_web 0/2\. s_web\.1 failed\.$"):
        film.watch()
