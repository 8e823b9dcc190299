# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manager's raft state on disk, as an archive: written and unpacked while its engine is stopped."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.locking import KEY, is_encrypted

_TOP = "swarm"
#: What an archive of a manager's state must have to be one.
_NEEDED = "swarm/raft"
#: Beside the engine's own files, the digest of the archive that they came from.
_ORIGIN = "slipway-restored"


def write_archive(state: Path, archive: Path) -> None:
    """Readable by root alone from its first byte: it holds the keys of the whole swarm. Renamed when it is whole."""
    unfinished = archive.with_name(f".{archive.name}.unfinished")
    handle = os.open(str(unfinished), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            tar.add(str(state), arcname=_TOP)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(archive)


def check_archive(archive: Path) -> None:
    """Whole, ours, and without a path that leads elsewhere."""
    try:
        with tarfile.open(str(archive)) as tar:
            names = [_checked(member, archive) for member in tar]
    except FileNotFoundError as exc:
        raise InputError(f"path: there is no file {archive} on this host.") from exc
    except (OSError, EOFError, tarfile.TarError) as exc:
        raise InputError(f"path: {archive} cannot be read as an archive ({exc}): is it whole?") from exc
    if _NEEDED not in names:
        raise InputError(f"path: {archive} is no backup of a swarm's manager: it has no {_NEEDED}.")


def address_in(archive: Path) -> str:
    """Of the manager whose state it is: the other managers, and those that join, look for it there."""
    data = json.loads(_read(archive, "docker-state.json") or b"{}")
    return str(data.get("AdvertiseAddr") or data.get("LocalAddr") or "").rpartition("/")[2]


def is_locked_archive(archive: Path) -> bool:
    return is_encrypted(_read(archive, KEY))


def managers_in(archive: Path) -> int:
    """How many managers the swarm had, as far as this one had heard."""
    peers = json.loads(_read(archive, "state.json") or b"[]")
    return len({peer.get("node_id") for peer in peers if isinstance(peer, dict)}) if isinstance(peers, list) else 0


def _read(archive: Path, name: str) -> bytes:
    with tarfile.open(str(archive)) as tar:
        try:
            stream = tar.extractfile(f"{_TOP}/{name}")
        except KeyError:
            return b""
        return stream.read() if stream else b""


def _checked(member: tarfile.TarInfo, archive: Path) -> str:
    parts = Path(member.name).parts
    if not parts or parts[0] != _TOP or ".." in parts or not (member.isfile() or member.isdir()):
        raise InputError(f"path: {archive} has '{member.name}', which does not belong into a swarm's state.")
    return member.name


def unpack(archive: Path, state: Path) -> None:
    """Beside the state first, then in its place; what was there is kept until that is done.

    The state says what it was made of, so that a run which was killed behind this is not taken for somebody's swarm.
    """
    staging, before = state.with_name(".swarm-restored"), state.with_name(".swarm-before")
    for left in (staging, before):
        shutil.rmtree(left, ignore_errors=True)
    staging.mkdir(mode=0o700)
    with tarfile.open(str(archive)) as tar:
        for member in tar:
            _checked(member, archive)
            _extract(tar, member, staging)
    (staging / _TOP / _ORIGIN).write_text(sha256_of(archive), encoding="ascii")
    if state.exists():
        state.rename(before)
    (staging / _TOP).rename(state)
    shutil.rmtree(staging, ignore_errors=True)
    shutil.rmtree(before, ignore_errors=True)


def is_made_of(archive: Path, state: Path) -> bool:
    """Whether this archive is what was unpacked here. A swarm that is left takes the answer with it."""
    try:
        return (state / _ORIGIN).read_text(encoding="ascii") == sha256_of(archive)
    except OSError:
        return False


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, where: Path) -> None:
    target = where / member.name
    if member.isdir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.chmod(member.mode & 0o777)
        return
    source = tar.extractfile(member)
    if source is None:
        raise SlipwayError(f"'{member.name}' could not be unpacked.")
    handle = os.open(str(target), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, member.mode & 0o777)
    with source, os.fdopen(handle, "wb") as stream:
        shutil.copyfileobj(source, stream)
