# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On real files of a user of this machine."""

from __future__ import annotations

import json
import os
import pwd
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost import users

ME = pwd.getpwuid(os.getuid()).pw_name
LOGIN = {"registry": "r:5000", "username": "deploy", "password": "secret-word"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own; owner and group are those of whoever runs it."""
    mine = users._account(ME)
    monkeypatch.setattr(users, "_account", lambda name: users.Account(name, mine.uid, mine.gid, mine.group, tmp_path))
    return tmp_path


def configure(*logins: dict[str, str], check_mode: bool = False, **given: t.Any) -> Result:
    params = {"members": [], "group": "docker", "users": [ME], "registries": list(logins), "proxies": {}, **given}
    return users.run(params, TaskContext(check_mode=check_mode, diff=True))


def config(home: Path) -> dict[str, t.Any]:
    return json.loads((home / ".docker/config.json").read_text())


def test_a_login_is_put_there_once_and_taken_away_again(home: Path) -> None:
    assert configure(LOGIN, check_mode=True)["changed"] and not (home / ".docker").exists()
    result = configure(LOGIN)
    assert result["configured"] == [ME] and "secret-word" not in json.dumps(result)
    assert (home / ".docker/config.json").stat().st_mode & 0o777 == 0o600
    assert (home / ".docker").stat().st_mode & 0o777 == 0o700
    assert not configure(LOGIN)["changed"]
    assert configure()["changed"] and config(home) == {}
    assert not configure()["changed"]


def test_what_is_there_stays(home: Path) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text('{"auths": {"other": {"auth": "eA=="}}, "detachKeys": "ctrl-x"}')
    configure(LOGIN, proxies={"httpProxy": "http://proxy:3128"})
    found = config(home)
    assert set(found["auths"]) == {"other", "r:5000"} and found["detachKeys"] == "ctrl-x"
    assert found["proxies"] == {"default": {"httpProxy": "http://proxy:3128"}}
    configure()
    assert config(home) == {"auths": {"other": {"auth": "eA=="}}, "detachKeys": "ctrl-x"}


def test_a_file_that_others_can_read_is_closed(home: Path) -> None:
    configure(LOGIN)
    (home / ".docker/config.json").chmod(0o644)
    assert configure(LOGIN)["changed"]
    assert (home / ".docker/config.json").stat().st_mode & 0o777 == 0o600


def test_docker_hub_has_a_name_of_its_own(home: Path) -> None:
    configure({**LOGIN, "registry": "docker.io"})
    assert list(config(home)["auths"]) == ["https://index.docker.io/v1/"]


@pytest.mark.parametrize("name", [".docker", ".docker/config.json"])
def test_nothing_is_written_through_a_link(home: Path, name: str) -> None:
    if name != ".docker":
        (home / ".docker").mkdir()
    (home / "elsewhere").mkdir()
    (home / name).symlink_to(home / "elsewhere")
    with pytest.raises(InputError, match="is a symbolic link, and is not written through"):
        configure(LOGIN)
    assert list((home / "elsewhere").iterdir()) == []


def test_a_file_that_is_broken_is_left_alone(home: Path) -> None:
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text("{")
    with pytest.raises(InputError, match=r"config\.json is not JSON"):
        configure(LOGIN)


def test_users_and_groups_that_are_not_there_are_named() -> None:
    with pytest.raises(InputError, match="there is no user 'nobody-here' on this host"):
        configure(users=["nobody-here"])
    with pytest.raises(InputError, match="there is no group 'no-such-group' on this host: install the engine first"):
        configure(users=[], members=[ME], group="no-such-group")
