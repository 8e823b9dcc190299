# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive, read_text, write_atomic


def test_write_replaces_and_sets_the_mode(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_text("old")
    write_atomic(target, "new", 0o400)
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o400
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(target, "\udcff")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none") is None


def test_the_lock_holds_while_its_process_does(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        exclusive(lock, "this"),
        pytest.raises(SlipwayError, match="Another run is at work on this"),
        exclusive(lock, "this"),
    ):
        pass
    with exclusive(lock, "this"):
        assert lock.exists()


def test_who_may_wait_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    lock, lines = tmp_path / "lock", []
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(lock, "this"):
            held.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    threading.Timer(0.5, release.set).start()
    with exclusive(lock, "this", wait=10, progress=lines.append):
        assert release.is_set()
    holder.join()
    assert lines == ["waiting for another run, which is at work on this"]
