# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a builder, and the command that makes it."""

from __future__ import annotations

import csv
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import create_argv, parse
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

ASKED: dict[str, t.Any] = {
    "name": "both",
    "state": "present",
    "driver": "docker-container",
    "buildkitd_config": None,
    "nodes": [],
    "bootstrap": True,
    "use": False,
    "keep_cache": False,
}


def test_by_default_it_is_one_container_of_this_engine() -> None:
    builder = parse([ASKED])[0]
    argv = create_argv(builder, builder.nodes[0], first=True, config="")
    assert argv == ["docker", "buildx", "create", "--name", "both", "--driver", "docker-container", "--node", "both0"]


def test_all_that_a_node_can_have() -> None:
    node = {
        "name": "arm",
        "endpoint": "ssh://deploy@arm1",
        "platforms": ["linux/arm64", "linux/arm/v7"],
        "driver_opts": {"env.NO_PROXY": "a,b", "default-load": True},
        "buildkitd_flags": "--debug --oci-worker-gc",
    }
    builder = parse([{**ASKED, "nodes": [{}, node]}])[0]
    assert create_argv(builder, builder.nodes[1], first=False, config="/x.toml")[3:] == [
        *("--name", "both", "--driver", "docker-container", "--node", "arm", "--append"),
        *("--platform", "linux/arm64,linux/arm/v7"),
        *("--driver-opt", "default-load=true", "--driver-opt", '"env.NO_PROXY=a,b"'),
        *("--buildkitd-flags", "--debug --oci-worker-gc", "--config", "/x.toml", "ssh://deploy@arm1"),
    ]


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_an_option_is_read_as_it_was_given(value: str) -> None:
    builder = parse([{**ASKED, "nodes": [{"driver_opts": {"env.X": value}}]}])[0]
    argv = create_argv(builder, builder.nodes[0], first=True, config="")
    assert next(csv.reader([argv[argv.index("--driver-opt") + 1]])) == [f"env.X={value}"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"name": "default"},
            "builders: 'default' cannot be the name of a builder, use letters, digits, '.', '_' and '-', a letter"
            " first, and not 'default', which is the engine's own.",
        ),
        ({"nodes": [{"name": "a"}, {"name": "a"}]}, "builders: 'both' has two nodes 'a', give each its own name."),
        (
            {"nodes": [{"platforms": ["amd64"]}]},
            "builders: 'amd64' (node both0) is no platform, write it as linux/amd64 or linux/arm/v7.",
        ),
        (
            {"driver": "remote"},
            "builders: 'both' has the driver remote, and its node both0 no endpoint, name the BuildKit that it speaks"
            " to (tcp://HOST:PORT or unix:///PATH).",
        ),
        (
            {"driver": "remote", "nodes": [{"endpoint": "tcp://x:1"}], "buildkitd_config": "debug = true"},
            "builders: 'both' has the driver remote, whose BuildKit has its own configuration, leave"
            " buildkitd_config out.",
        ),
    ],
)
def test_what_cannot_be_right(asked: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse([{**ASKED, **asked}])
    assert caught.value.message == says


def test_a_name_is_asked_for_once() -> None:
    with pytest.raises(InputError) as caught:
        parse([ASKED, {**ASKED, "state": "absent"}])
    assert caught.value.message == "builders: 'both' is there twice, name it once."
