# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manager's state as an archive, and who may be stopped for it."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.backup import (
    check_address,
    check_lock,
    check_may_stop,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.locking import KEY, is_locked
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import Membership, Node, parse_node
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.raft_state import (
    check_archive,
    is_locked_archive,
    is_made_of,
    unpack,
    write_archive,
)


def manager(name: str, reachability: str = "reachable") -> Node:
    return Node(name, name, "manager", "active", "ready", "10.0.0.1", {}, reachability=reachability)


def member(*nodes: Node) -> Membership:
    return Membership("active", "s1", "26.1.5", live_restore=False, manager=True, quorum=True, nodes=nodes)


def state(root: Path, text: str = "x") -> Path:
    folder = root / "swarm"
    (folder / "raft/wal").mkdir(parents=True)
    (folder / "raft/wal/1").write_text(text)
    (folder / "raft/wal/1").chmod(0o600)
    return folder


def test_there_and_back(tmp_path: Path) -> None:
    archive, other = tmp_path / "a.tgz", tmp_path / "other"
    write_archive(state(tmp_path), archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    other.mkdir()
    state(other, "of another swarm")
    check_archive(archive)
    unpack(archive, other / "swarm")
    assert (other / "swarm/raft/wal/1").read_text() == "x"
    assert stat.S_IMODE((other / "swarm/raft/wal/1").stat().st_mode) == 0o600
    assert sorted(path.name for path in other.iterdir()) == ["swarm"]


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    write_archive(state(tmp_path), archive)
    for left in (".swarm-restored", ".swarm-before"):
        (tmp_path / left / "swarm").mkdir(parents=True)
    unpack(archive, tmp_path / "swarm")
    assert (tmp_path / "swarm/raft/wal/1").read_text() == "x"


def archive_of(path: Path, *names: str) -> Path:
    with tarfile.open(str(path), "w:gz") as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


def test_what_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^path: there is no file /nowhere/a\.tgz on this host\.$"):
        check_archive(Path("/nowhere/a.tgz"))
    with pytest.raises(InputError, match=r"is no backup of a swarm's manager: it has no swarm/raft\.$"):
        check_archive(archive_of(tmp_path / "b.tgz", "swarm/other"))
    with pytest.raises(InputError, match=r"has '\.\./etc/passwd', which does not belong into a swarm's state\.$"):
        check_archive(archive_of(tmp_path / "c.tgz", "../etc/passwd"))
    write_archive(state(tmp_path), tmp_path / "d.tgz")
    whole = (tmp_path / "d.tgz").read_bytes()
    (tmp_path / "d.tgz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cannot be read as an archive .*: is it whole\?$"):
        check_archive(tmp_path / "d.tgz")


def test_a_state_of_another_address_is_refused(tmp_path: Path) -> None:
    folder, archive = state(tmp_path), tmp_path / "a.tgz"
    (folder / "docker-state.json").write_text('{"LocalAddr": "127.0.0.1", "AdvertiseAddr": ""}')
    write_archive(folder, archive)
    check_address(archive)
    (folder / "docker-state.json").write_text('{"LocalAddr": "192.0.2.7", "AdvertiseAddr": ""}')
    write_archive(folder, archive)
    with pytest.raises(InputError, match=r"is the state of the manager at 192\.0\.2\.7, and this host does not have"):
        check_address(archive)


PLAIN = "-----BEGIN PRIVATE KEY-----\nkek-version: 0\nraft-dek: EgAA\n\nMIG\n-----END PRIVATE KEY-----\n"
LOCKED = PLAIN.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE")


def locked_state(root: Path, key: str, managers: int) -> Path:
    folder = state(root)
    (folder / KEY).parent.mkdir()
    (folder / KEY).write_text(key)
    peers = [{"node_id": f"n{i}", "addr": f"192.0.2.{i}:2377"} for i in range(managers)]
    (folder / "state.json").write_text(json.dumps(peers))
    return folder


@pytest.mark.parametrize(("key", "locks"), [(PLAIN, False), (LOCKED, True)])
def test_only_an_encrypted_key_locks(tmp_path: Path, key: str, locks: bool) -> None:
    folder = locked_state(tmp_path, key, 1)
    write_archive(folder, tmp_path / "a.tgz")
    assert (is_locked(folder), is_locked_archive(tmp_path / "a.tgz")) == (locks, locks)
    assert not is_locked(tmp_path)


@pytest.mark.parametrize(("key", "managers"), [(PLAIN, 3), (LOCKED, 1), (LOCKED, 0)])
def test_what_can_be_restored(tmp_path: Path, key: str, managers: int) -> None:
    write_archive(locked_state(tmp_path, key, managers), tmp_path / "a.tgz")
    check_lock(tmp_path / "a.tgz")


def test_a_locked_state_of_several_managers_cannot_be_restored(tmp_path: Path) -> None:
    write_archive(locked_state(tmp_path, LOCKED, 3), tmp_path / "a.tgz")
    with pytest.raises(InputError, match=r"is the state of one of 3 managers of a swarm that locks them \(auto"):
        check_lock(tmp_path / "a.tgz")


def test_a_state_says_which_archive_it_was_made_of(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    write_archive(state(tmp_path), archive)
    assert not is_made_of(archive, tmp_path / "swarm")
    unpack(archive, tmp_path / "swarm")
    assert is_made_of(archive, tmp_path / "swarm")
    write_archive(tmp_path / "swarm", archive)
    assert not is_made_of(archive, tmp_path / "swarm")


def test_a_manager_that_is_not_needed_may_be_stopped() -> None:
    check_may_stop(member(manager("a"), manager("b"), manager("c")), allow_outage=False)


def test_a_manager_that_is_needed_may_not() -> None:
    with pytest.raises(SlipwayError) as caught:
        check_may_stop(member(manager("a"), manager("b"), manager("c", "unreachable")), allow_outage=False)
    assert caught.value.message == (
        "s1's engine must be stopped for a consistent backup, and without it 1 of 3 managers would be left, which is no"
        " majority: bring the others back, or allow an outage ('allow_outage')."
    )
    check_may_stop(member(manager("a")), allow_outage=True)


def test_a_worker_has_nothing_to_back_up() -> None:
    with pytest.raises(InputError, match=r"^s1 is no manager of a swarm: there is nothing to back up\.$"):
        check_may_stop(replace(member(), manager=False), allow_outage=True)


def test_the_leader_has_an_address_too() -> None:
    item = {"ID": "a", "Status": {"Addr": "0.0.0.0"}, "ManagerStatus": {"Addr": "192.0.2.3:2377"}}
    assert parse_node(item).address == "192.0.2.3"
    assert parse_node({"ID": "a", "Status": {"Addr": "192.0.2.4"}}).address == "192.0.2.4"
