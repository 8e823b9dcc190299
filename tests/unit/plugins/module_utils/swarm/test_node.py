# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is due on one host: make, join, leave, unlock."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, EngineApi
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.joining import reachable_manager
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import (
    ACTIVE,
    ERROR,
    INACTIVE,
    LOCKED,
    Membership,
    read_membership,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.node import steps_for
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.sealing import make_key, seal, unseal

HOST = Membership(state=INACTIVE, name="s1", engine_version="26.1.5", live_restore=False)
JOIN = {"remote_addrs": ["10.0.0.1"], "token": "SWMTKN-1-x"}


def due(member: Membership, **changes: t.Any) -> tuple[str, ...]:
    params = {
        "state": "present",
        "join": None,
        "unlock_key": None,
        "unlock_key_file": None,
        "force_new_cluster": False,
        "rejoin": False,
    }
    return steps_for({**params, **changes}, member)


@pytest.mark.parametrize(
    ("state", "options", "steps"),
    [
        (INACTIVE, {}, ("init",)),
        (INACTIVE, {"join": JOIN}, ("join",)),
        (ACTIVE, {"join": JOIN}, ()),
        (ACTIVE, {"join": JOIN, "rejoin": True}, ("leave", "join")),
        (ERROR, {"join": JOIN}, ("leave", "join")),
        (LOCKED, {"unlock_key": "k"}, ("unlock",)),
        (INACTIVE, {"state": "unlocked"}, ()),
        (ACTIVE, {"state": "absent"}, ("leave",)),
        (LOCKED, {"state": "absent"}, ("leave",)),
        (INACTIVE, {"state": "absent"}, ()),
    ],
)
def test_what_is_due(state: str, options: dict[str, t.Any], steps: tuple[str, ...]) -> None:
    assert due(replace(HOST, state=state), **options) == steps


def test_a_new_cluster_is_forced_only_without_quorum() -> None:
    assert due(replace(HOST, state=ACTIVE, manager=True), force_new_cluster=True) == ("force_new_cluster",)
    assert due(replace(HOST, state=ACTIVE, manager=True, quorum=True), force_new_cluster=True) == ()


def test_no_new_cluster_is_forced_of_nothing() -> None:
    for nobody in (HOST, replace(HOST, state=ACTIVE)):
        with pytest.raises(InputError) as caught:
            due(nobody, force_new_cluster=True)
        assert caught.value.message == (
            "force_new_cluster: s1 is no manager of a swarm, so it has no data to make a new cluster from. Run it on"
            " one that is, or leave the option out."
        )


def test_no_new_cluster_is_forced_of_locked_data() -> None:
    with pytest.raises(SlipwayError, match=r"^s1 has the data of a swarm that locks its managers \(autolock\), "):
        due(replace(HOST, state=ACTIVE, manager=True, locks=True), force_new_cluster=True)


def test_a_locked_manager_without_a_key() -> None:
    with pytest.raises(SlipwayError) as caught:
        due(replace(HOST, state=LOCKED), unlock_key_file="/keys/unlock_key")
    assert caught.value.message == (
        "s1 is locked: its engine was restarted, and the swarm locks its managers. Put the unlock key"
        " ('docker swarm unlock-key' on another manager) into /keys/unlock_key and run again."
    )


def test_a_closed_port_is_called_that() -> None:
    def refuse(host: str, port: int, timeout: float) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(TransportError) as caught:
        reachable_manager(["10.0.0.1", "10.0.0.2:2378"], "s4", refuse)
    assert caught.value.message == (
        "s4 reaches no manager: 10.0.0.1:2377 (Connection refused), 10.0.0.2:2378 (Connection refused)."
        " Open the TCP port 2377 on the managers for it, and TCP and UDP 7946 and UDP 4789 between all nodes."
    )


def test_the_first_manager_that_answers_is_taken() -> None:
    def only_the_second(host: str, port: int, timeout: float) -> None:
        if host != "10.0.0.2":
            raise TimeoutError("timed out")

    assert reachable_manager(["10.0.0.1:2377", "10.0.0.2:2377"], "s4", only_the_second) == "10.0.0.2:2377"


def engine(answers: dict[str, tuple[int, t.Any]]) -> EngineApi:
    return EngineApi(lambda _method, path, _body: (answers[path][0], json.dumps(answers[path][1]).encode()))


@pytest.mark.parametrize("status", [503, 500])
def test_a_manager_without_a_leader_keeps_what_the_engine_said(status: int) -> None:
    info = {"Name": "s1", "ServerVersion": "26.1.5", "Swarm": {"LocalNodeState": "active", "ControlAvailable": True}}
    said = "rpc error: code = Unknown desc = The swarm does not have a leader."
    member = read_membership(engine({"/info": (200, info), "/nodes": (status, {"message": said})}))
    assert (member.quorum, member.error) == (False, "The swarm does not have a leader.")


def test_other_trouble_is_not_taken_for_a_lost_quorum() -> None:
    info = {"Swarm": {"LocalNodeState": "active", "ControlAvailable": True}}
    with pytest.raises(ApiError, match="broken"):
        read_membership(engine({"/info": (200, info), "/nodes": (500, {"message": "broken"})}))


def test_only_the_owner_of_the_key_opens_what_was_sealed(tmp_path: Path) -> None:
    token = "SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-1awxwuwd3z9j1z3puu7rcgdbx"
    (tmp_path / "manager").mkdir()
    sealed = seal(runner(), tmp_path / "manager", make_key(runner(), tmp_path), token)
    assert token not in sealed and token[:20].encode() not in (tmp_path / "manager/sealed").read_bytes()
    assert unseal(runner(), tmp_path, sealed) == token
    make_key(runner(), tmp_path)
    with pytest.raises(SlipwayError, match="openssl could not open a sealed token"):
        unseal(runner(), tmp_path, sealed)
