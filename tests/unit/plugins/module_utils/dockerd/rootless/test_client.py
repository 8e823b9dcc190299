# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.client import Client

HERE = "unix:///run/user/1000/docker.sock"


class Docker:
    """The docker command of a user, as far as contexts go."""

    def __init__(self, contexts: dict[str, str], current: str = "default") -> None:
        self.contexts = {"default": "unix:///var/run/docker.sock", **contexts}
        self.current = current

    def __call__(self, argv: t.Sequence[str]) -> Completed:
        verb, words = argv[2], argv[3:]
        if verb == "ls":
            lines = [json.dumps({"Name": name, "DockerEndpoint": at}) for name, at in self.contexts.items()]
            return Completed(0, "\n".join(lines), "")
        if verb == "show":
            return Completed(0, f"{self.current}\n", "")
        if verb == "use":
            self.current = words[0]
        elif verb == "rm":
            del self.contexts[words[-1]]
        else:
            assert (words[0] in self.contexts) == (verb == "update")
            self.contexts[words[0]] = words[2].partition("=")[2]
        return Completed(0, "", "")


@pytest.mark.parametrize(
    ("docker", "due", "current"),
    [
        (Docker({}), ["create", "use"], "rootless"),
        (Docker({"rootless": "unix:///old"}, "rootless"), ["update"], "rootless"),
        (Docker({"rootless": HERE}), ["use"], "rootless"),
        (Docker({"rootless": HERE}, "rootless"), [], "rootless"),
        (Docker({"far": "ssh://far"}, "far"), ["create"], "far"),
    ],
)
def test_it_is_told_once_and_a_choice_is_kept(docker: Docker, due: list[str], current: str) -> None:
    client = Client(docker)
    assert client.due(HERE) == due
    client.settle(due, HERE)
    assert docker.current == current
    assert docker.contexts["rootless"] == HERE
    assert client.due(HERE) == []


def test_it_is_forgotten() -> None:
    docker = Docker({"rootless": HERE}, "rootless")
    client = Client(docker)
    assert client.is_told()
    client.forget()
    assert docker.current == "default"
    assert not client.is_told()


def test_without_the_command_there_is_nobody_to_tell() -> None:
    def none(argv: t.Sequence[str]) -> Completed:
        raise MissingDependencyError("there is no docker")

    assert Client(none).due(HERE) == []
    assert Client(lambda argv: Completed(127, "", "env: docker: No such file")).due(HERE) == []


def test_a_refusal_is_told() -> None:
    with pytest.raises(SlipwayError, match="docker context use rootless failed: no space"):
        Client(lambda argv: Completed(1, "", "no space")).settle(["use"], HERE)
