# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of a registry's storage: what a snapshot holds, what comes back from it, what is refused."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import time
from pathlib import Path

import pytest

from slipway_registry import backup as backups
from slipway_registry import snapshot
from slipway_registry.backup import backup, restore
from slipway_registry.host import Host, RegistryError

REPOSITORY = snapshot.ROOT / "repositories/team/app"


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def put_blob(storage: Path, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    put(storage / snapshot.ROOT / f"blobs/sha256/{digest[:2]}/{digest}/data", content)
    return digest


def put_image(storage: Path, tag: str, content: bytes) -> str:
    """As a push does it: blobs, links to layers, the manifest's link, the tag."""
    layer, manifest = put_blob(storage, content), put_blob(storage, b"manifest of " + content)
    below = storage / REPOSITORY
    put(below / f"_layers/sha256/{layer}/link", f"sha256:{layer}".encode())
    put(below / f"_manifests/revisions/sha256/{manifest}/link", f"sha256:{manifest}".encode())
    for place in (f"{tag}/index/sha256/{manifest}", f"{tag}/current"):
        put(below / f"_manifests/tags/{place}/link", f"sha256:{manifest}".encode())
    return manifest


def contents(storage: Path) -> dict[str, bytes]:
    return {str(path.relative_to(storage)): path.read_bytes() for path in storage.rglob("*") if path.is_file()}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    made = Host(user="", storage=tmp_path / "storage", ca_dir=tmp_path / "ca", runtime=tmp_path / "run")
    put_image(made.storage, "v1", b"first")
    for name in ("ca.key", "ca.crt"):
        put(made.ca_dir / name, name.encode())
    return made


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the service: systemd has its part in the role's own tests."""
    asked: list[str] = []
    monkeypatch.setattr(backups, "systemctl", lambda _host, action: asked.append(action))
    monkeypatch.setattr(backups, "await_port", lambda _port: None)
    return asked


def test_there_and_back_again(host: Host, tmp_path: Path, service: list[str]) -> None:
    before = contents(host.storage)
    made = backup(host, tmp_path / "backups", 3)
    assert made.stat().st_mode & 0o777 == 0o600
    put_image(host.storage, "v2", b"second")
    put(host.ca_dir / "ca.key", b"another")
    restore(host, made)
    assert contents(host.storage) == before
    assert (host.ca_dir / "ca.key").read_bytes() == b"ca.key"
    assert (host.ca_dir / "ca.key").stat().st_mode & 0o777 == 0o600
    assert service == ["stop", "start"]


def test_only_so_many_stay(host: Host, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for day in range(1, 5):
        put(folder / f"2026010{day}T000000Z.registry.tar", b"old")
    put(folder / ".20260105T000000Z.registry.tar", b"left over")
    put(folder / "other", b"not ours")
    made = backup(host, folder, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["20260104T000000Z.registry.tar", made.name, "other"]


def test_unfinished_uploads_are_no_part(host: Host) -> None:
    put(host.storage / REPOSITORY / "_uploads/1234/data", b"half")
    assert not any("_uploads" in str(path) for path in snapshot.links(host.storage))


def test_a_tag_whose_manifest_was_deleted_meanwhile_is_no_part(host: Host) -> None:
    manifest = put_image(host.storage, "v2", b"second")
    (host.storage / REPOSITORY / f"_manifests/revisions/sha256/{manifest}/link").unlink()
    found = snapshot.links(host.storage)
    assert not any("/v2/current" in str(path) for path in found)
    assert any("/v1/current" in str(path) for path in found)


def test_a_link_that_is_being_written_is_awaited(host: Host) -> None:
    link = host.storage / REPOSITORY / "_manifests/tags/v1/current/link"
    whole = link.read_bytes()
    link.write_bytes(b"")
    timer = threading.Timer(0.2, lambda: link.write_bytes(whole))
    timer.start()
    assert snapshot.links(host.storage)[link.relative_to(host.storage)] == whole.decode()
    timer.join()


def test_pushes_during_a_snapshot_leave_no_tag_without_its_image(host: Host) -> None:
    """Whatever tag the snapshot has, its manifest and its layer are there: by links first, blobs after them."""
    stop = threading.Event()

    def push() -> None:
        for number in range(300):
            if stop.is_set():
                return
            put_image(host.storage, f"n{number}", b"%d" % number)
            time.sleep(0.001)

    pushing = threading.Thread(target=push)
    pushing.start()
    try:
        for _round in range(8):
            links = snapshot.links(host.storage)
            blobs = {path.parts[-2] for path in snapshot.blobs(host.storage)}
            assert {digest.partition(":")[2] for digest in links.values()} <= blobs
            layers = sum("_layers" in path.parts for path in links)
            assert layers >= sum("revisions" in path.parts for path in links)
    finally:
        stop.set()
        pushing.join()


def test_a_damaged_backup_is_refused_before_the_registry_stops(host: Host, tmp_path: Path, service: list[str]) -> None:
    made = backup(host, tmp_path / "backups", 3)
    made.write_bytes(made.read_bytes().replace(b"manifest of first", b"manifest of f1rst"))
    before = contents(host.storage)
    with pytest.raises(RegistryError, match="is damaged: a blob does not have its digest sha256:"):
        restore(host, made)
    assert (contents(host.storage), service) == (before, [])


def test_half_a_backup_is_refused(host: Host, tmp_path: Path, service: list[str]) -> None:
    made = backup(host, tmp_path / "backups", 3)
    made.write_bytes(made.read_bytes()[:3000])
    with pytest.raises(RegistryError, match="is no whole backup"):
        restore(host, made)
    assert service == []


@pytest.mark.parametrize("name", ["storage/../../etc/passwd", "etc/passwd", "ca/../x"])
def test_another_archive_is_refused(host: Host, tmp_path: Path, service: list[str], name: str) -> None:
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(RegistryError, match="is no backup of a registry: it holds"):
        restore(host, tmp_path / "other.tar")
    assert service == []


def test_a_file_that_is_not_there(host: Host, tmp_path: Path, service: list[str]) -> None:
    with pytest.raises(RegistryError, match="There is no backup"):
        restore(host, tmp_path / "none.tar")
    assert service == []


def test_a_registry_that_does_not_start_has_what_it_had(
    host: Host, tmp_path: Path, service: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(host, tmp_path / "backups", 3)
    put_image(host.storage, "v2", b"second")
    before = contents(host.storage)

    def deaf(_port: int) -> None:
        raise RegistryError("Nobody listens.")

    monkeypatch.setattr(backups, "await_port", deaf)
    with pytest.raises(RegistryError, match=r"it has again what it had\. Nobody listens\."):
        restore(host, made)
    assert contents(host.storage) == before
    assert service == ["stop", "start", "stop", "start"]


def test_a_restore_killed_between_two_renames_loses_nothing(host: Host, tmp_path: Path, service: list[str]) -> None:
    made = backup(host, tmp_path / "backups", 3)
    before = contents(host.storage)
    (host.storage / "docker").rename(host.storage / "docker.before-restore")
    with pytest.raises(RegistryError, match="There is no backup"):
        restore(host, tmp_path / "none.tar")
    assert contents(host.storage) == before
    restore(host, made)
    assert contents(host.storage) == before
