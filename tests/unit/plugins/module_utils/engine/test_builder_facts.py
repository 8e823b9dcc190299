# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What buildx prints of a builder: two versions, a running one and one that cannot be reached."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.engine.builder_facts import NodeFacts, parse_inspected

TWO = """\
Name:          both
Driver:        docker-container
Last Activity: 2026-11-28 16:00:00 +0000 UTC

Nodes:
Name:                  both0
Endpoint:              unix:///var/run/docker.sock
Driver Options:        image="registry1:5000/moby/buildkit:v0.25"
Status:                running
BuildKit daemon flags: --allow-insecure-entitlement=network.host
BuildKit version:      v0.25.0
Platforms:             linux/amd64*, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:    oci
GC Policy rule#0:
 All:           false
 Keep Duration: 48h0m0s

Name:     both1
Endpoint: ssh://deploy@arm1
Error:    unable to reach it
Status:   inactive
"""


def test_each_node_is_read_apart() -> None:
    inspected = parse_inspected(TWO)
    assert (inspected.name, inspected.driver, inspected.running) == ("both", "docker-container", False)
    assert inspected.nodes == (
        NodeFacts(
            "both0",
            "unix:///var/run/docker.sock",
            "running",
            "v0.25.0",
            ("linux/amd64", "linux/amd64/v2", "linux/386"),
        ),
        NodeFacts("both1", "ssh://deploy@arm1", "inactive", error="unable to reach it"),
    )


def test_one_of_which_nothing_is_known_does_not_run() -> None:
    assert not parse_inspected("").running
