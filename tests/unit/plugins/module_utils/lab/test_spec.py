# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host, Lab, labels, run_arguments, spec_hash

HOST = Host("web1", "10.1.0.5")
LAB = Lab(
    name="lab",
    network="net",
    subnet="10.1.0.0/24",
    image="host:1",
    hosts=(HOST,),
    capabilities=("CHOWN",),
    volumes=("/var/lib/x",),
)


def test_the_container_has_what_the_host_is() -> None:
    words = " ".join(run_arguments(LAB, HOST))
    assert "--name lab-web1 --hostname web1" in words
    assert "--network net --ip 10.1.0.5 --network-alias web1" in words
    assert "--cap-drop ALL --cap-add CHOWN" in words
    assert "--volume /var/lib/x" in words
    assert "--memory" not in words


@pytest.mark.parametrize(
    ("lab", "host"),
    [
        (LAB, dataclasses.replace(HOST, memory="1g")),
        (LAB, dataclasses.replace(HOST, address="10.1.0.6")),
        (dataclasses.replace(LAB, capabilities=()), HOST),
        (dataclasses.replace(LAB, volumes=()), HOST),
        (dataclasses.replace(LAB, network="other"), HOST),
    ],
)
def test_what_a_container_cannot_change_makes_it_new(lab: Lab, host: Host) -> None:
    assert spec_hash(lab, host) != spec_hash(LAB, HOST)


def test_neither_a_new_image_nor_another_host_makes_a_host_new() -> None:
    other = dataclasses.replace(LAB, image="host:2", hosts=(HOST, Host("web2", "10.1.0.6")))
    assert spec_hash(other, HOST) == spec_hash(LAB, HOST)


def test_labels_say_what_the_container_is() -> None:
    assert labels(LAB, HOST)[1::2] == [
        "slipway.lab=lab",
        "slipway.lab.host=web1",
        f"slipway.lab.spec={spec_hash(LAB, HOST)}",
    ]
