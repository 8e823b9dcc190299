# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import DetachedService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.stop import stop_own
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import SystemdService


@pytest.fixture
def engine(tmp_path: Path) -> t.Iterator[subprocess.Popen]:
    """A process that stands for the engine, with its pid file and its output in the log, as `start` leaves it."""
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=log)
    (tmp_path / "pid").write_text(str(process.pid))
    yield process
    process.kill()
    process.wait()


def service(tmp_path: Path, log: str = "log") -> DetachedService:
    comm = Path(f"/proc/{(tmp_path / 'pid').read_text()}/comm").read_text().strip()
    return DetachedService(runner(), tmp_path / "sock", tmp_path / "pid", 5.0, command=[comm], log_file=tmp_path / log)


def containers(listed: str, code: int = 0) -> t.Callable[..., Completed]:
    return lambda argv: Completed(code, listed, "it does not answer")


def test_an_engine_of_ours_that_is_idle_ends(tmp_path: Path, engine: subprocess.Popen) -> None:
    assert stop_own(service(tmp_path), containers(""), check_mode=True)["changed"]
    assert engine.poll() is None
    assert stop_own(service(tmp_path), containers(""), check_mode=False)["changed"]
    assert engine.wait(timeout=5) != 0


def test_an_engine_with_containers_stays(tmp_path: Path, engine: subprocess.Popen) -> None:
    assert not stop_own(service(tmp_path), containers("0a1b2c\n"), check_mode=False)["changed"]
    assert engine.poll() is None


def test_an_engine_that_somebody_else_started_stays(tmp_path: Path, engine: subprocess.Popen) -> None:
    assert not stop_own(service(tmp_path, log="other"), containers(""), check_mode=False)["changed"]
    systemd = SystemdService(runner(), tmp_path / "sock", tmp_path / "pid", 5.0)
    assert not stop_own(systemd, containers(""), check_mode=False)["changed"]
    assert engine.poll() is None


def test_without_an_answer_nothing_is_stopped(tmp_path: Path, engine: subprocess.Popen) -> None:
    with pytest.raises(TransportError, match="it does not answer"):
        stop_own(service(tmp_path), containers("", code=1), check_mode=False)
    assert engine.poll() is None
