# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the registry's storage and its authority into one file, and takes them back from it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
import time
import typing as t
from pathlib import Path

from slipway_registry import snapshot
from slipway_registry.host import Host, RegistryError, alone, await_port, say, systemctl

_SUFFIX = ".registry.tar"
_RESTORING = ".restoring"
_BEFORE = "docker.before-restore"
_AUTHORITY = ("ca.key", "ca.crt")


def backup(host: Host, directory: Path, keep: int) -> Path:
    """The new file; older ones beyond `keep` go. Whoever reads it has the authority's key: it is root's alone."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = directory / (time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()) + _SUFFIX)
    partial = target.with_name("." + target.name)
    for left_over in directory.glob(f".*{_SUFFIX}"):
        left_over.unlink()
    with alone(host), _private(partial) as out, tarfile.open(fileobj=out, mode="w|") as archive:
        _write(host, archive)
    partial.replace(target)
    for old in sorted(directory.glob(f"*{_SUFFIX}"))[: -max(keep, 1)]:
        old.unlink()
    return target


@contextlib.contextmanager
def _private(path: Path) -> t.Iterator[t.BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _write(host: Host, archive: tarfile.TarFile) -> None:
    links = snapshot.links(host.storage)
    for name in _AUTHORITY:
        if (host.ca_dir / name).exists():
            archive.add(str(host.ca_dir / name), f"ca/{name}")
    for path, digest in sorted(links.items()):
        entry = tarfile.TarInfo(f"storage/{path}")
        entry.size = len(digest)
        archive.addfile(entry, io.BytesIO(digest.encode()))
    count = 0
    for path in snapshot.blobs(host.storage):
        archive.add(str(host.storage / path), f"storage/{path}")
        count += 1
    say(f"{len(links)} links and {count} blobs")


def restore(host: Host, source: Path) -> None:
    """All of it is unpacked and checked before the registry stops; what it had is back where it does not start."""
    with alone(host):
        _take_back(host)
        fresh = host.storage / _RESTORING
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            authority = _unpack(source, fresh)
            (fresh / snapshot.ROOT).mkdir(parents=True, exist_ok=True)
            _hand_over(host, fresh)
            _swap(host, fresh / "docker")
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        for name, content in authority.items():
            _replace(host.ca_dir / name, content, 0o600 if name.endswith(".key") else 0o644)


def _take_back(host: Host) -> None:
    """A restore that was killed between two renames left the registry without its storage."""
    before, current = host.storage / _BEFORE, host.storage / "docker"
    if before.exists() and not current.exists():
        before.rename(current)


def _unpack(source: Path, fresh: Path) -> dict[str, bytes]:
    """The storage into `fresh`, each blob checked by its digest; returns the authority's files."""
    authority: dict[str, bytes] = {}
    try:
        with tarfile.open(source, mode="r|") as archive:
            for entry in archive:
                place, _slash, path = entry.name.partition("/")
                content = archive.extractfile(entry)
                if content is None or ".." in Path(path).parts or place not in ("ca", "storage"):
                    raise RegistryError(f"{source} is no backup of a registry: it holds {entry.name}.")
                if place == "ca":
                    authority[Path(path).name] = content.read()
                else:
                    _unpack_one(source, content, fresh / path)
    except FileNotFoundError as exc:
        raise RegistryError(f"There is no backup {source} on this host.") from exc
    except tarfile.TarError as exc:
        raise RegistryError(f"{source} is no whole backup: {exc}.") from exc
    return {name: content for name, content in authority.items() if name in _AUTHORITY}


def _unpack_one(source: Path, content: t.IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    checksum = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := content.read(1 << 20):
            checksum.update(chunk)
            out.write(chunk)
    expected = snapshot.digest_of(target)
    if expected and checksum.hexdigest() != expected:
        raise RegistryError(f"{source} is damaged: a blob does not have its digest sha256:{expected}.")


def _hand_over(host: Host, fresh: Path) -> None:
    """As the registry would have written it."""
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o750 if path.is_dir() else 0o640)
        if host.user:
            shutil.chown(path, host.user, host.user)


def _swap(host: Host, fresh: Path) -> None:
    before, current = host.storage / _BEFORE, host.storage / "docker"
    shutil.rmtree(before, ignore_errors=True)
    systemctl(host, "stop")
    if current.exists():
        current.rename(before)
    fresh.rename(current)
    try:
        systemctl(host, "start")
        await_port(host.port)
    except RegistryError as exc:
        systemctl(host, "stop")
        current.rename(fresh)
        _take_back(host)
        systemctl(host, "start")
        raise RegistryError(f"The registry does not start on the backup; it has again what it had. {exc}") from exc
    shutil.rmtree(before, ignore_errors=True)


def _replace(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.restored")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
    fresh.replace(path)
