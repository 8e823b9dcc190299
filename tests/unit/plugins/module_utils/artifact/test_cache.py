# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.cache import Cache
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.sha256 import sha256_of


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(tmp_path / "cache")
    room = made.scratch()
    (room / "x").write_text("content")
    made.put("site/x", room / "x", "print", "build", "sha256:1")
    return made


def test_what_was_put_is_valid_also_for_others(cache: Cache) -> None:
    record = Cache(cache.folder).valid("site/x", "print")
    assert record is not None
    assert (record.sha256, record.size, record.source) == (sha256_of(cache.path("site/x")), 7, "build")
    assert record.digest == "sha256:1"


def test_another_recipe_is_not(cache: Cache) -> None:
    assert cache.valid("site/x", "other") is None
    assert cache.valid("site/y", "print") is None


def test_content_counts_not_time(cache: Cache) -> None:
    os.utime(cache.path("site/x"), (1, 1))
    assert cache.valid("site/x", "print") is not None
    cache.path("site/x").write_text("CONTENT")
    assert cache.valid("site/x", "print") is None
    cache.path("site/x").write_text("longer content")
    assert cache.valid("site/x", "print") is None


def test_damage_that_keeps_size_and_time_is_found_on_request(cache: Cache) -> None:
    path = cache.path("site/x")
    before = path.stat()
    path.write_text("CONTENT")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.valid("site/x", "print") is not None
    assert cache.valid("site/x", "print", rehash=True) is None


def test_a_removed_file_is_missing(cache: Cache) -> None:
    cache.path("site/x").unlink()
    assert cache.valid("site/x", "print") is None


def test_a_checked_time_is_remembered(cache: Cache) -> None:
    os.utime(cache.path("site/x"), (1, 1))
    cache.touch("site/x")
    record = Cache(cache.folder).valid("site/x", "print")
    assert record is not None
    assert record.mtime_ns == 10**9


def test_the_scratch_folder_is_emptied(cache: Cache) -> None:
    left = cache.scratch() / "half"
    left.write_text("of a file")
    cache.scratch()
    assert not left.exists()
    cache.clear_scratch()
    assert sorted(path.name for path in cache.folder.iterdir()) == ["manifest.json", "site"]


def test_a_broken_manifest_is_named(cache: Cache) -> None:
    (cache.folder / "manifest.json").write_text('{"version": 1, "files": {"x": {}}}')
    with pytest.raises(SlipwayError, match=r"manifest\.json cannot be read .*remove it"):
        Cache(cache.folder)


def test_a_manifest_of_another_version_counts_as_none(cache: Cache) -> None:
    (cache.folder / "manifest.json").write_text('{"version": 99, "files": {}}')
    assert Cache(cache.folder).valid("site/x", "print") is None
