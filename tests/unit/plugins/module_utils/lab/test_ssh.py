# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.lab import ssh
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host

ONE, TWO = Host("one", "10.0.0.1"), Host("two", "10.0.0.11")


def test_a_key_is_made_once(tmp_path: Path) -> None:
    key = tmp_path / "id_ed25519"
    assert ssh.ensure_key(runner(), key)
    text = key.read_text()
    assert not ssh.ensure_key(runner(), key)
    assert key.read_text() == text
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_lost_public_half_is_made_from_the_private_one(tmp_path: Path) -> None:
    key, public = tmp_path / "id", tmp_path / "id.pub"
    ssh.ensure_key(runner(), key)
    text = public.read_text()
    public.unlink()
    assert ssh.ensure_key(runner(), key)
    assert public.read_text().split()[:2] == text.split()[:2]


def test_what_a_killed_run_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".id.new").write_text("half a key")
    (tmp_path / ".id.new.pub").write_text("")
    assert ssh.ensure_key(runner(), tmp_path / "id")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["id", "id.pub"]


def test_each_host_is_known_by_one_key(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    ssh.remember_host(path, ONE, "ssh-ed25519 AAAA root@one\n")
    ssh.remember_host(path, TWO, "ssh-ed25519 BBBB root@two\n")
    ssh.remember_host(path, ONE, "ssh-ed25519 CCCC root@one\n")
    assert path.read_text().splitlines() == ["10.0.0.11,two ssh-ed25519 BBBB", "10.0.0.1,one ssh-ed25519 CCCC"]


def test_the_probe_is_read_as_two_files() -> None:
    out = "127.0.0.1 localhost\n# -- slipway lab: resolv.conf\nnameserver 10.0.0.53\n"
    assert ssh.read_probe(out) == ("127.0.0.1 localhost\n", "nameserver 10.0.0.53\n")


def test_open_connections_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / "abc").write_text("")
    ssh.forget_connections(tmp_path)
    ssh.forget_connections(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
