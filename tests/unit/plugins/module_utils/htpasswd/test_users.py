# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With a program that does what `htpasswd` does, but keeps no secret: the real one runs in the role's scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.htpasswd.users import write_users

PROGRAM = """#!/bin/sh
# Hashes are checksums of a counter and the password, so that the same password gives another hash each time.
read -r password
case "$1" in
    -v) hash=$(grep "^$4:" "$3" | cut -d: -f2); [ "${hash#*-}" = "$(printf %s "$password" | cksum | cut -d' ' -f1)" ] ;;
    -n) for name; do :; done; echo "$name:$(date +%N)-$(printf %s "$password" | cksum | cut -d' ' -f1)"; echo ;;
esac
"""


@pytest.fixture(autouse=True)
def htpasswd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "htpasswd").write_text(PROGRAM)
    (tmp_path / "bin" / "htpasswd").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")


def write(tmp_path: Path, users: dict[str, str], *, check_mode: bool = False) -> Result:
    params = {"path": str(tmp_path / "htpasswd"), "users": users, "owner": None, "group": None, "mode": "0640"}
    return write_users(params, TaskContext(check_mode=check_mode))


def test_only_what_changes_is_written(tmp_path: Path) -> None:
    assert write(tmp_path, {"a": "one", "b": "two"}, check_mode=True)["updated"] == ["a", "b"]
    assert not (tmp_path / "htpasswd").exists()
    assert write(tmp_path, {"a": "one", "b": "two"})["changed"]
    before = (tmp_path / "htpasswd").read_text()
    assert not write(tmp_path, {"b": "two", "a": "one"})["changed"]
    assert write(tmp_path, {"a": "one", "b": "other"})["updated"] == ["b"]
    after = (tmp_path / "htpasswd").read_text()
    assert before.splitlines()[0] == after.splitlines()[0]
    assert write(tmp_path, {"b": "other"})["removed"] == ["a"]
    assert (tmp_path / "htpasswd").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["", "a:b", "a b", "-v", "a\nb"])
def test_a_user_that_the_file_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be a user name"):
        write(tmp_path, {name: "secret"})


@pytest.mark.parametrize("password", ["", "a\nb", "x" * 73])
def test_a_password_that_would_be_cut_is_refused_and_not_shown(tmp_path: Path, password: str) -> None:
    with pytest.raises(InputError, match="password of 'a'") as caught:
        write(tmp_path, {"a": password})
    assert password == "" or password not in caught.value.message
