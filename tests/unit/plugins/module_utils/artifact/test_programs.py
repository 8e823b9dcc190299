# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.programs import Programs
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError, SlipwayError


def programs(tmp_path: Path, lines: list[str], heartbeat: float = 20.0) -> Programs:
    return Programs(os.environ, lines.append, tmp_path, heartbeat)


def test_output_comes_back_and_others_go_first(tmp_path: Path) -> None:
    found = programs(tmp_path, []).run(["sh", "-c", "nice; echo $EXTRA"], "asking", env={"EXTRA": "more"})
    assert int(found.split()[0]) >= 10
    assert found.split()[1] == "more"


def test_a_failure_has_one_sentence_and_the_log(tmp_path: Path) -> None:
    with pytest.raises(SlipwayError, match=r"compiling x failed \(exit code 3\): no such header") as failed:
        programs(tmp_path, []).run(["sh", "-c", "echo no such header >&2; exit 3"], "compiling x")
    assert failed.value.details["log"] == ["no such header"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match="program no-such-program is not on PATH"):
        programs(tmp_path, []).run(["no-such-program"], "trying")


def test_long_ones_show_that_they_live(tmp_path: Path) -> None:
    lines: list[str] = []
    run = programs(tmp_path, lines, heartbeat=0.2).run
    run(["sh", "-c", "echo a >&2; sleep 1"], "compiling", watch=lambda log: f"{len(log.split())} compiled")
    assert lines[0].startswith("compiling: 0 s, ")
    assert lines[-1].endswith(", 1 compiled")


def test_nothing_runs_on_when_we_are_killed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        f"from {Programs.__module__} import Programs\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "sleeper = ['sh', '-c', 'echo $$ > pid; exec sleep 60']\n"
        "Programs({'PATH': '/usr/bin:/bin'}, print, folder).run(sleeper, 'x', cwd=folder)\n"
    )
    ours = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=dict(os.environ))
    pid = tmp_path / "pid"
    deadline = time.monotonic() + 20
    while not (pid.exists() and pid.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.02)
    ours.send_signal(signal.SIGKILL)
    ours.wait()
    child = Path("/proc", pid.read_text().strip())
    while child.exists() and child.joinpath("stat").read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or child.joinpath("stat").read_text().split()[2] == "Z"
