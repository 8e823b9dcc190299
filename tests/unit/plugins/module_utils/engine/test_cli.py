# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import AuthError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import (
    Engine,
    EngineError,
    parse_info,
    refused_or,
)
from ansible_collections.slipway.deploy.plugins.module_utils.engine.login import environment_with_login
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials, from_docker_config

INFO = {
    "ServerVersion": "26.1.5+dfsg1",
    "OSType": "linux",
    "Architecture": "aarch64",
    "RegistryConfig": {
        "Mirrors": ["https://registry1:5000/"],
        "InsecureRegistryCIDRs": ["127.0.0.0/8", "10.1.0.0/16"],
        "IndexConfigs": {"docker.io": {"Secure": True}, "plain:5000": {"Secure": False}},
    },
}


def engine_that_says(out: str, err: str = "", code: int = 0) -> Engine:
    return Engine(lambda _argv: Completed(code, out, err))


def test_info() -> None:
    info = parse_info(INFO)
    assert (info.major, info.platform, info.mirrors) == (26, "linux/arm64", ("https://registry1:5000",))
    assert info.insecure == {"plain:5000", "127.0.0.0/8", "10.1.0.0/16"}
    assert engine_that_says(json.dumps(INFO)).info() == info


@pytest.mark.parametrize(
    ("out", "err", "says"),
    [
        (
            '{"ServerErrors": ["Cannot connect to the Docker daemon"]}',
            "",
            "does not answer .Cannot connect.*systemctl start",
        ),
        ("", "error during connect: x", "does not answer .error during connect: x"),
        ("", "permission denied while trying to connect", "put it in group docker"),
    ],
)
def test_no_engine(out: str, err: str, says: str) -> None:
    with pytest.raises(TransportError, match=says):
        engine_that_says(out, err, 1).info()


def test_images_that_are_there() -> None:
    out = json.dumps({"Id": "sha256:1", "RepoTags": ["a:1", "a:2"], "RepoDigests": ["a@sha256:d"]})
    found = engine_that_says(f"{out}\n", "Error: No such image: b:1", 1).images(["a:1", "b:1"])
    assert list(found) == ["a:1"]
    assert found["a:1"].digests == ("a@sha256:d",)


def test_a_refused_push_is_an_auth_error() -> None:
    assert isinstance(refused_or(Completed(1, "", "unauthorized: authentication required"), "x"), AuthError)
    assert isinstance(refused_or(Completed(1, "", "no space left on device"), "x"), EngineError)


def test_a_login_of_its_own(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "cli-plugins").mkdir(parents=True)
    config = {"auths": {"other:1": {"auth": "eDp5"}}, "credsStore": "desktop", "currentContext": "c"}
    (theirs / "config.json").write_text(json.dumps(config))
    with private_folder("slipway-test-") as folder:
        credentials = Credentials("anna", "pass:word")
        env = environment_with_login({"DOCKER_CONFIG": str(theirs)}, "registry1:5000", credentials, folder / "docker")
        assert from_docker_config("registry1:5000", env) == credentials
        assert from_docker_config("other:1", env) == Credentials("x", "y")
        written = json.loads((folder / "docker/config.json").read_text())
        assert written["currentContext"] == "c"
        assert "credsStore" not in written
        assert (folder / "docker/cli-plugins").is_dir()
        assert oct((folder / "docker/config.json").stat().st_mode)[-3:] == "600"
        assert oct(folder.stat().st_mode)[-3:] == "700"
    assert not folder.exists()
    assert environment_with_login({"A": "1"}, "registry1:5000", None, folder) == {"A": "1"}
