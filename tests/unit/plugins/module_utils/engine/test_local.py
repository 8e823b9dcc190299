# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import socket
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import ApiError, socket_sender
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import EngineError
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import SocketEngine, engine_of, socket_of

IMAGE = {"Id": "sha256:1", "RepoTags": ["team/app:1"], "Os": "linux", "Architecture": "arm64", "Variant": "v8"}


def no_command(argv: t.Sequence[str], *_more: t.Any) -> Completed:
    raise AssertionError(f"{argv} was started")


def engine(answers: t.Mapping[str, t.Any], status: int = 404) -> SocketEngine:
    def send(_method: str, path: str, _body: t.Optional[bytes]) -> t.Tuple[int, bytes]:
        if path in answers:
            return 200, json.dumps(answers[path]).encode()
        return status, b'{"message": "no"}'

    return SocketEngine(no_command, send)


@pytest.fixture
def there(tmp_path: Path) -> t.Iterator[str]:
    path = str(tmp_path / "docker.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        yield path


def test_images_by_the_names_that_the_engine_has_for_them() -> None:
    asked = engine({"/images/team/app:1/json": IMAGE, "/images/other:1/json": IMAGE})
    found = asked.images(["team/app:1", "other:1", "absent:1"])
    assert list(found) == ["team/app:1"]
    assert (found["team/app:1"].id, found["team/app:1"].platform) == ("sha256:1", "linux/arm64/v8")
    assert asked.image_id("other:1") == "sha256:1"
    assert asked.image_id("absent:1") is None


def test_a_digest_is_a_name_too() -> None:
    name = "registry1:5000/team/app@sha256:ab"
    found = engine({f"/images/{name}/json": {**IMAGE, "RepoDigests": [name]}}).images([name])
    assert found[name].digest_in("registry1:5000/team/app") == "sha256:ab"


def test_trouble_is_not_taken_for_absence() -> None:
    with pytest.raises(ApiError):
        engine({}, status=500).images(["team/app:1"])


def test_info() -> None:
    info = engine({"/info": {"ServerVersion": "29.1.0", "Architecture": "x86_64"}}).info()
    assert (info.major, info.platform) == (29, "linux/amd64")


def test_a_socket_that_nobody_serves_is_told_of(there: str) -> None:
    with pytest.raises(TransportError, match=r"engine does not answer.*systemctl start docker"):
        SocketEngine(no_command, socket_sender(there)).info()


def test_the_socket_that_is_named(there: str, tmp_path: Path) -> None:
    assert socket_of({"DOCKER_HOST": f"unix://{there}", "DOCKER_CONTEXT": "far"}) == there
    assert socket_of({"DOCKER_HOST": f"unix://{tmp_path}/absent.sock"}) is None
    assert isinstance(engine_of(no_command, {"DOCKER_HOST": f"unix://{there}"}), SocketEngine)


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:2376", "ssh://root@far", "fd://"])
def test_other_ways_are_the_command_s(address: str) -> None:
    assert not isinstance(engine_of(no_command, {"DOCKER_HOST": address}), SocketEngine)


@pytest.mark.parametrize("config", ['{"currentContext": "far"}', "{broken"])
def test_a_context_is_the_command_s_matter(
    config: str, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "ansible_collections.slipway.deploy.plugins.module_utils.engine.local.DEFAULT_SOCKET"
    monkeypatch.setattr(place, there)
    (tmp_path / "config.json").write_text(config)
    assert socket_of({"DOCKER_CONFIG": str(tmp_path)}) is None
    assert socket_of({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "default"}) == there
    assert socket_of({"HOME": str(tmp_path / "nobody")}) == there


def test_a_tag() -> None:
    asked: t.List[str] = []

    def send(method: str, path: str, _body: t.Optional[bytes]) -> t.Tuple[int, bytes]:
        asked.append(f"{method} {path}")
        return (201, b"") if "sha256:1" in path else (404, b'{"message": "No such image: sha256:2"}')

    SocketEngine(no_command, send).tag("sha256:1", "registry1:5000/team/app:v1")
    assert asked == ["POST /images/sha256:1/tag?repo=registry1%3A5000%2Fteam%2Fapp&tag=v1"]
    with pytest.raises(EngineError, match=r"Cannot tag sha256:2 as a:1: No such image"):
        SocketEngine(no_command, send).tag("sha256:2", "a:1")
