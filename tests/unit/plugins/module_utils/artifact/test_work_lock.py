# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.work_lock import work_lock


def hold(lock: Path, progress: Path, ready: t.Any, release: t.Any) -> None:
    with work_lock(lock, progress, lambda _line: None) as say:
        say("[1/2] first")
        ready.set()
        release.wait(10)
        say("[2/2] second")


def start(tmp_path: Path) -> tuple[t.Any, t.Any]:
    context = multiprocessing.get_context("fork")
    ready, release = context.Event(), context.Event()
    process = context.Process(target=hold, args=(tmp_path / "lock", tmp_path / "progress", ready, release))
    process.start()
    assert ready.wait(10)
    return process, release


def test_the_second_waits_and_shows_what_the_first_says(tmp_path: Path) -> None:
    process, release = start(tmp_path)
    lines: list[str] = []
    threading.Timer(0.2, release.set).start()
    with work_lock(tmp_path / "lock", tmp_path / "progress", lines.append, poll=0.02) as say:
        say("mine")
    process.join(10)
    assert lines[0].startswith("another run is at work on this cache")
    assert lines[1] == "[1/2] first"
    assert lines[-1] == "mine"
    assert (tmp_path / "progress").read_text() == "mine\n"


def test_a_killed_holder_leaves_nothing(tmp_path: Path) -> None:
    process, _release = start(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    begin = time.monotonic()
    with work_lock(tmp_path / "lock", tmp_path / "progress", lambda _line: None):
        assert time.monotonic() - begin < 1
