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
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import DetachedService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.stop import disable, stop_own
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


class Systemd:
    """As far as docker.service and docker.socket go: their state and whether they start at boot."""

    def __init__(self, **units: tuple[str, str]) -> None:
        self.units = {f"docker.{name}": list(state) for name, state in units.items()}

    def __call__(self, argv: t.Sequence[str]) -> Completed:
        assert argv[0] == "systemctl"
        verb, unit = argv[1], argv[-1]
        if verb == "disable":
            assert argv[2] == "--now" and unit in self.units
            self.units[unit] = ["inactive", "disabled"]
            return Completed(0, "", "")
        active, enabled = self.units.get(unit, ("inactive", "not-found"))
        said = active if verb == "is-active" else enabled
        return Completed(0 if said in ("active", "enabled") else 3, f"{said}\n", "")


def systemd_service(systemd: Systemd, tmp_path: Path) -> SystemdService:
    return SystemdService(systemd, tmp_path / "sock", tmp_path / "pid", 5.0)


def test_the_systems_engine_goes_with_its_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "running", lambda _socket: [])
    systemd = Systemd(service=("active", "enabled"), socket=("active", "enabled"))
    engine = systemd_service(systemd, tmp_path)
    predicted = disable(engine, check_mode=True)
    assert predicted == disable(engine, check_mode=False)
    assert predicted["changed"] and predicted["reasons"] == ["it runs", "it starts at boot"]
    assert systemd.units == {"docker.service": ["inactive", "disabled"], "docker.socket": ["inactive", "disabled"]}
    assert not disable(engine, check_mode=False)["changed"]


def test_a_socket_that_would_start_it_counts(tmp_path: Path) -> None:
    systemd = Systemd(service=("inactive", "disabled"), socket=("active", "disabled"))
    assert disable(systemd_service(systemd, tmp_path), check_mode=False)["reasons"] == ["its socket would start it"]
    assert systemd.units["docker.socket"][0] == "inactive"


def test_an_engine_that_does_not_answer_is_left_alone(tmp_path: Path) -> None:
    systemd = Systemd(service=("active", "enabled"))
    with pytest.raises(TransportError, match="does not tell which containers run, so it is left alone"):
        disable(systemd_service(systemd, tmp_path), check_mode=False)
    assert systemd.units["docker.service"] == ["active", "enabled"]


def test_an_engine_without_a_socket_unit_is_disabled_too(tmp_path: Path) -> None:
    systemd = Systemd(service=("inactive", "enabled"))
    assert disable(systemd_service(systemd, tmp_path), check_mode=False)["reasons"] == ["it starts at boot"]
    assert systemd.units["docker.service"] == ["inactive", "disabled"]


def test_what_it_runs_is_not_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "running", lambda _socket: ["db", "web"])
    systemd = Systemd(service=("active", "enabled"))
    with pytest.raises(InputError, match=r"would end the containers db, web of the system's engine. Stop them first"):
        disable(systemd_service(systemd, tmp_path), check_mode=False)
    assert systemd.units["docker.service"] == ["active", "enabled"]


def test_only_systemds_engine_can_be_disabled(tmp_path: Path, engine: subprocess.Popen) -> None:
    with pytest.raises(InputError, match="state: disabled is for service: systemd"):
        disable(service(tmp_path), check_mode=False)
