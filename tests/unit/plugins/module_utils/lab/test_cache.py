# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.lab.cache import Cache


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", runner())


def test_a_file_that_was_added_is_there_and_intact(cache: Cache) -> None:
    path = cache.add("images/one.tar", lambda fresh: fresh.write_bytes(b"layers"))
    assert path.read_bytes() == b"layers"
    assert cache.has("images/one.tar")
    assert cache.intact("images/one.tar")


def test_a_spoilt_file_is_noticed(cache: Cache) -> None:
    path = cache.add("one.tar", lambda fresh: fresh.write_bytes(b"layers"))
    path.write_bytes(b"lAyers")
    assert not cache.intact("one.tar")
    path.write_bytes(b"laye")
    assert not cache.has("one.tar")


def test_a_step_that_fails_leaves_nothing_that_counts(cache: Cache) -> None:
    def half(fresh: Path) -> None:
        fresh.write_bytes(b"la")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        cache.add("one.tar", half)
    assert not cache.has("one.tar")
    assert not cache.path("one.tar").exists()


def test_what_killed_runs_left_is_no_obstacle(cache: Cache) -> None:
    left = cache.scratch()
    (left / "half").write_bytes(b"half of an older run")
    cache.path("one.tar").write_bytes(b"moved, but its checksum was not written")
    assert not cache.has("one.tar")
    cache.clear_scratch()
    assert not left.exists()
    cache.add("one.tar", lambda fresh: fresh.write_bytes(b"layers"))
    assert cache.intact("one.tar")
    assert list((cache.directory / "tmp").iterdir()) == []


def test_only_the_newest_of_an_image_is_kept(cache: Cache) -> None:
    for name in ("images/host-1.tar", "images/host-2.tar", "images/python-1.tar"):
        cache.add(name, lambda fresh: fresh.write_bytes(b"x"))
    cache.remove("images/host-*.tar", keep="images/host-2.tar")
    assert sorted(path.name for path in cache.path("images").glob("*.tar*")) == [
        "host-2.tar",
        "host-2.tar.sha256",
        "python-1.tar",
        "python-1.tar.sha256",
    ]
