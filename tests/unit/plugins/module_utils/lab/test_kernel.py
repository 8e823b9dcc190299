# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.lab.kernel import raise_limits


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    directory = tmp_path / "fs" / "inotify"
    directory.mkdir(parents=True)
    (directory / "max_user_instances").write_text("128\n")
    (directory / "max_user_watches").write_text("900000\n")
    return tmp_path


LEAST = {"fs.inotify.max_user_instances": 8192, "fs.inotify.max_user_watches": "524288", "fs.not.there": 1}


def test_only_what_is_too_low_is_raised(proc: Path) -> None:
    """Sixteen hosts had used up the 128 inotify instances, and the next ones did not boot."""
    assert raise_limits(LEAST, TaskContext(), proc)
    assert (proc / "fs/inotify/max_user_instances").read_text() == "8192\n"
    assert (proc / "fs/inotify/max_user_watches").read_text() == "900000\n"
    assert not raise_limits(LEAST, TaskContext(), proc)


def test_check_mode_only_says_so(proc: Path) -> None:
    assert raise_limits(LEAST, TaskContext(check_mode=True), proc)
    assert (proc / "fs/inotify/max_user_instances").read_text() == "128\n"


def test_a_limit_that_cannot_be_written_is_a_warning(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)
    said: list[str] = []
    assert not raise_limits(LEAST, TaskContext(warn=said.append), proc)
    assert "fs.inotify.max_user_instances should be 8192 and cannot be raised (Read-only file system)" in said[0]
