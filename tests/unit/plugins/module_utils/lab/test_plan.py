# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.lab import plan
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Container
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host, Lab, spec_hash

HOST = Host("web1", "10.1.0.5")
LAB = Lab(name="lab", network="net", subnet="10.1.0.0/24", image="host:1", hosts=(HOST,))


def container(state: str, spec: str = "", host: str = "web1") -> Container:
    return Container(name=f"lab-{host}", host=host, state=state, spec=spec or spec_hash(LAB, HOST))


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("running", plan.UNCHANGED),
        ("created", plan.STARTED),  # a run was killed between create and start
        ("exited", plan.STARTED),  # the machine or its engine was restarted
        ("dead", plan.RECREATED),
        ("removing", plan.RECREATED),
        ("paused", plan.STARTED),
    ],
)
def test_a_container_as_specified_is_brought_to_run(state: str, action: str) -> None:
    assert plan.action_for(LAB, HOST, container(state)) == action


def test_a_missing_container_is_made_and_another_specification_makes_it_anew() -> None:
    assert plan.action_for(LAB, HOST, None) == plan.CREATED
    assert plan.action_for(LAB, HOST, container("running", "old")) == plan.RECREATED
    assert plan.action_for(LAB, HOST, container("exited", "old")) == plan.RECREATED


def test_a_paused_container_goes_on_and_a_stopped_one_starts() -> None:
    assert [plan.waking_command(container(state)) for state in ("paused", "exited")] == ["unpause", "start"]


def test_hosts_that_left_the_list_are_surplus() -> None:
    there = {name: container("running", host=name) for name in ("web1", "web2", "web0")}
    assert [found.host for found in plan.surplus(LAB, there)] == ["web0", "web2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subnet": "10.1.0.0/33"}, "'10.1.0.0/33' is no network"),
        ({"hosts": (HOST, HOST)}, "'web1' is used by two hosts of the lab 'lab'"),
        ({"hosts": (HOST, Host("web2", "10.1.0.5"))}, "'10.1.0.5' is used by two hosts"),
        ({"hosts": (Host("web1", "10.2.0.5"),)}, "10.2.0.5 of the lab's host 'web1' is not in the network 10.1.0.0/24"),
        ({"hosts": (Host("web1", "x"),)}, "'x' of the lab's host 'web1' is no IP address"),
    ],
)
def test_what_cannot_be_a_lab_is_refused(change: dict, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        plan.check(dataclasses.replace(LAB, **change))
