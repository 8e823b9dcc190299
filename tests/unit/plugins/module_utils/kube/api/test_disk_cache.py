# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered on disk: by us alone, whole or not at all, and never an error."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import stat
import time
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.disk_cache import DiskCache


def folder(base: pathlib.Path) -> pathlib.Path:
    return base / "slipway/kube"


def only_entry(base: pathlib.Path) -> pathlib.Path:
    (entry,) = folder(base).iterdir()
    return entry


def test_what_was_put_is_there_and_private(tmp_path: pathlib.Path) -> None:
    base = tmp_path / "cache"
    DiskCache(base).put("a key", {"x": [1, "ä"]})
    assert DiskCache(base).get("a key") == {"x": [1, "ä"]}
    assert DiskCache(base).get("another") is None
    assert stat.S_IMODE(only_entry(base).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(base).stat().st_mode) == 0o700


def test_age_and_renewal(tmp_path: pathlib.Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put("key", 1)
    os.utime(only_entry(tmp_path), (time.time() - 100, time.time() - 100))
    assert (cache.get("key", 99), cache.get("key", 110)) == (None, 1)
    cache.renew("key")
    assert cache.get("key", 10) == 1
    os.utime(only_entry(tmp_path), (time.time() + 100, time.time() + 100))
    assert cache.get("key", 1000) is None, "a time that is yet to come says nothing"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"key":"other","value":1}', b"\xff\xfe", b"[" * 100_000])
def test_corrupt_entries_are_none(tmp_path: pathlib.Path, text: bytes) -> None:
    cache = DiskCache(tmp_path)
    cache.put("key", 1)
    only_entry(tmp_path).write_bytes(text)
    assert cache.get("key") is None
    cache.put("key", 2)
    assert cache.get("key") == 2


def test_links_are_not_followed(tmp_path: pathlib.Path) -> None:
    base, elsewhere = tmp_path / "cache", tmp_path / "elsewhere"
    cache = DiskCache(base)
    cache.put("key", 1)
    only_entry(base).rename(elsewhere)
    (entry := folder(base) / "x").symlink_to(elsewhere)
    assert cache.get("key") is None
    entry.unlink()
    folder(base).rmdir()
    elsewhere.unlink()
    elsewhere.mkdir()
    folder(base).symlink_to(elsewhere)
    cache.put("key", 1)
    assert list(elsewhere.iterdir()) == []
    assert cache.get("key") is None


@pytest.mark.parametrize("which", ["slipway", "slipway/kube"])
def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    cache = DiskCache(tmp_path)
    cache.put("key", 1)
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        status = real(handle)
        if os.path.samestat(status, (tmp_path / which).stat()):
            return os.stat_result([*status[:4], status.st_uid + 1, *status[5:]])
        return status

    monkeypatch.setattr(os, "fstat", fstat)
    assert cache.get("key") is None


def test_what_others_may_write_is_not_read(tmp_path: pathlib.Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put("key", 1)
    only_entry(tmp_path).chmod(0o666)
    assert cache.get("key") is None
    cache.put("key", 1)
    folder(tmp_path).chmod(0o777)
    assert cache.get("key") is None


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"HOME": "relative"},
        {"XDG_CACHE_HOME": "/proc/nowhere"},
        {"XDG_CACHE_HOME": "/dev/null"},
        {"HOME": "/dev/null", "XDG_CACHE_HOME": "relative"},
        {"HOME": "/tmp", "SLIPWAY_KUBE_CACHE": "off"},
    ],
)
def test_where_none_can_be_there_is_none(env: dict[str, str]) -> None:
    cache = DiskCache.of_user(env)
    cache.put("key", 1)
    cache.renew("key")
    assert cache.get("key") is None


def test_where_it_is(tmp_path: pathlib.Path) -> None:
    DiskCache.of_user({"HOME": str(tmp_path)}).put("key", 1)
    assert folder(tmp_path / ".cache").is_dir()
    DiskCache.of_user({"HOME": "/nowhere", "XDG_CACHE_HOME": str(tmp_path / "x")}).put("key", 1)
    assert folder(tmp_path / "x").is_dir()


def test_old_and_abandoned_files_go(tmp_path: pathlib.Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put("old", 1)
    long_ago = time.time() - 31 * 86400
    os.utime(only_entry(tmp_path), (long_ago, long_ago))
    for name, age in (("killed.part", 7200.0), ("at-work.part", 1.0)):
        (folder(tmp_path) / name).touch()
        os.utime(folder(tmp_path) / name, (time.time() - age, time.time() - age))
    cache.put("new", 1)
    assert len(list(folder(tmp_path).glob("*.json"))) == 1
    assert [p.name for p in folder(tmp_path).glob("*.part")] == ["at-work.part"]


def _write(base: str, end: float) -> None:
    while time.time() < end:
        DiskCache(pathlib.Path(base)).put("key", ["x"] * 5000)


def test_readers_see_whole_entries_while_others_write(tmp_path: pathlib.Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put("key", ["x"] * 5000)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(str(tmp_path), time.time() + 1)) for _writer in range(2)]
    for writer in writers:
        writer.start()
    seen: set[t.Any] = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(len(cache.get("key") or []))
    assert seen == {5000}
    assert [writer.exitcode for writer in writers] == [0, 0]
