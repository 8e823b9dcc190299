# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb on a real process that behaves as an engine does: pid file, socket, configuration, validation."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    SlipwayError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.bring_up import bring_up
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import found
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.configure import configure
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.decide import Decision
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import Files, engine_files
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import DetachedService

ENGINE = """#!{python}
import json, os, signal, socket, sys
from pathlib import Path
here = Path(__file__).parent
if "--help" in sys.argv:
    sys.exit(print("--validate  --config-file"))
if "--version" in sys.argv:
    sys.exit(print("Docker version " + (here / "installed").read_text() if (here / "installed").exists() else ""))
config = json.loads(Path(sys.argv[sys.argv.index("--config-file") + 1]).read_text())
if "unknown" in config:
    sys.exit("unable to configure the Docker daemon: unknown")
if "--validate" in sys.argv:
    sys.exit(0)
if "impossible" in config:
    sys.exit("failed to start daemon: impossible")
def end(*_):
    for name in ("pid", "sock"):
        (here / name).unlink(missing_ok=True)
    os._exit(0)
events = []
def again(*_):
    now = json.loads(Path(sys.argv[sys.argv.index("--config-file") + 1]).read_text())
    if "deaf" not in now:
        events.append(b'{"Type":"daemon","Action":"reload"}')
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, again)
(here / "pid").write_text(str(os.getpid()))
(here / "sock").unlink(missing_ok=True)
server = socket.socket(socket.AF_UNIX)
server.bind(str(here / "sock"))
server.listen()
while True:
    connection, _ = server.accept()
    asked = connection.recv(1024)
    body = b"".join(events) if b"/events" in asked else b'{"Version": "26.1.5"}' if b"/version" in asked else b"OK"
    connection.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + body)
    connection.close()
"""


class Host:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.config = directory / "daemon.json"
        self.program = directory / "stubd"
        self.program.write_text(ENGINE.replace("{python}", sys.executable))
        self.program.chmod(0o755)

    def configure(self, options: dict[str, t.Any], **how: t.Any) -> Result:
        params = self.params(options, how)
        return configure(params, TaskContext(**how))

    def params(self, options: dict[str, t.Any], how: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        how = {} if how is None else how
        return {
            "options": {"pidfile": str(self.directory / "pid"), **options},
            "config_file": str(self.config),
            "service": "detached",
            "state": "running",
            "merge": how.pop("merge", True),
            "drop_in": how.pop("drop_in", None),
            "command": [str(self.program), "--config-file", str(self.config)],
            "log_file": str(self.directory / "log"),
            "socket": str(self.directory / "sock"),
            "restart_after": how.pop("restart_after", []),
            "wait_timeout": 20,
        }

    def pid(self) -> int:
        return int((self.directory / "pid").read_text())

    def end(self) -> None:
        if (self.directory / "pid").exists():
            os.kill(self.pid(), signal.SIGKILL)


@pytest.fixture
def host(tmp_path: Path) -> t.Iterator[Host]:
    found = Host(tmp_path)
    yield found
    found.end()


def test_it_starts_once_and_detached(host: Host) -> None:
    result = host.configure({"debug": True})
    assert (result["changed"], result["started"], result["restarted"]) == (True, True, False)
    assert os.getsid(host.pid()) != os.getsid(0)
    pid = host.pid()
    assert not host.configure({"debug": True})["changed"]
    assert host.pid() == pid


def test_check_mode_predicts_and_touches_nothing(host: Host) -> None:
    result = host.configure({"debug": True}, check_mode=True, diff=True)
    assert result["changed"]
    assert '"debug": true' in result["diff"][0]["after"]
    assert not host.config.exists()
    assert not (host.directory / "pid").exists()


def test_another_configuration_restarts_the_one_process(host: Host) -> None:
    host.configure({})
    pid = host.pid()
    result = host.configure({"ipv6": True})
    assert (result["started"], result["restarted"], result["reloaded"]) == (False, True, False)
    assert result["reasons"] == ["changed options: ipv6"]
    assert host.pid() != pid


def test_what_can_be_reloaded_restarts_nothing(host: Host) -> None:
    host.configure({"labels": ["a=1"]})
    pid = host.pid()
    predicted = host.configure({"labels": ["a=2"]}, check_mode=True)
    result = host.configure({"labels": ["a=2"]})
    assert (predicted["reloaded"], predicted["restarted"]) == (result["reloaded"], result["restarted"]) == (True, False)
    assert host.pid() == pid
    assert not host.configure({"labels": ["a=2"]})["changed"]


def test_an_option_that_goes_means_a_restart(host: Host) -> None:
    host.configure({"labels": ["a=1"]})
    assert host.configure({})["restarted"]


def test_an_engine_that_does_not_take_it_is_restarted(host: Host) -> None:
    host.configure({"features": {}})
    host.config.write_text(json.dumps({"pidfile": str(host.directory / "pid"), "deaf": 1}))
    host.configure({})
    result = host.configure({"labels": ["a=1"]})
    assert (result["reloaded"], result["restarted"]) == (False, True)


def test_what_an_administrator_wrote_stays(host: Host) -> None:
    host.config.write_text(json.dumps({"dns": ["10.0.0.1"], "log-opts": {"tag": "x"}}))
    host.configure({"log-opts": {"max-size": "5m"}, "debug": True})
    found = json.loads(host.config.read_text())
    assert found["dns"] == ["10.0.0.1"] and found["log-opts"] == {"tag": "x", "max-size": "5m"} and found["debug"]
    host.configure({})
    assert json.loads(host.config.read_text()) == {
        "dns": ["10.0.0.1"],
        "log-opts": {"tag": "x"},
        "pidfile": str(host.directory / "pid"),
    }


def test_without_merge_the_file_is_ours_alone(host: Host) -> None:
    host.config.write_text("{not json")
    with pytest.raises(InputError, match=r"daemon\.json is not JSON \(.*line 1.*\), so nothing can be merged into it"):
        host.configure({})
    host.configure({"debug": True}, merge=False)
    assert json.loads(host.config.read_text()) == {"debug": True, "pidfile": str(host.directory / "pid")}


def test_an_engine_of_another_version_than_the_program_is_restarted(host: Host) -> None:
    host.configure({})
    (host.directory / "installed").write_text("28.5.2+dfsg4, build 1")
    result = host.configure({}, check_mode=True)
    assert result["restarted"] and result["reasons"] == ["it runs 26.1.5, and 28.5.2 is installed"]


def test_a_run_killed_while_it_took_an_option_away_is_made_good(host: Host) -> None:
    host.configure({})
    (host.directory / "pid.slipway-pending").touch()
    assert host.configure({})["restarted"]
    assert not host.configure({})["changed"]


def test_a_file_with_a_password_is_its_owners_alone(host: Host) -> None:
    options = {"proxies": {"http-proxy": "http://user:secret-word@proxy:3128"}}
    result = host.configure(options, diff=True)
    assert host.config.stat().st_mode & 0o777 == 0o600
    assert "secret-word" not in json.dumps(result)
    host.config.chmod(0o644)
    assert host.configure(options)["changed"]
    assert host.config.stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_refused_before_anything_changes(host: Host) -> None:
    host.configure({})
    before = host.config.read_text()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=rf"metrics-addr wants 127\.0\.0\.1:{port}, and another process listens"):
            host.configure({"metrics-addr": f"127.0.0.1:{port}"})
    assert host.config.read_text() == before


def test_a_drop_in_is_systemds(host: Host) -> None:
    with pytest.raises(InputError, match="drop_in: only systemd reads it"):
        host.configure({}, drop_in="[Service]")


def test_a_run_killed_before_the_restart_is_made_good(host: Host) -> None:
    host.configure({})
    pid = host.pid()
    time.sleep(0.02)
    host.config.write_text(json.dumps({"pidfile": str(host.directory / "pid"), "debug": True}))
    assert host.configure({"debug": True})["restarted"]
    assert host.pid() != pid
    assert not host.configure({"debug": True})["changed"]


def test_a_younger_file_that_it_reads_restarts_it(host: Host) -> None:
    host.configure({})
    authority = host.directory / "ca.crt"
    assert not host.configure({}, restart_after=[str(authority)])["changed"]
    time.sleep(0.02)
    authority.write_text("new")
    assert host.configure({}, restart_after=[str(authority)])["restarted"]


def test_a_pid_file_left_by_a_crash_is_no_engine(host: Host) -> None:
    host.configure({})
    os.kill(host.pid(), signal.SIGKILL)
    time.sleep(0.2)
    assert host.configure({})["started"]


def test_a_pid_file_that_names_another_process_ends_nobody(host: Host) -> None:
    (host.directory / "pid").write_text(str(os.getpid()))
    assert host.configure({})["started"]


def test_a_refused_configuration_changes_nothing(host: Host) -> None:
    host.configure({})
    before, pid = host.config.read_text(), host.pid()
    with pytest.raises(InputError, match=r"unknown\. Nothing changed"):
        host.configure({"unknown": 1})
    assert host.config.read_text() == before
    assert host.pid() == pid
    left = {path.name for path in host.directory.iterdir()} - {".daemon.json.slipway"}
    assert left == {"daemon.json", "log", "pid", "sock", "stubd"}


def test_it_goes_back_when_it_does_not_come_up(host: Host) -> None:
    host.configure({"debug": True})
    before = host.config.read_text()
    with pytest.raises(SlipwayError, match=r"failed to start daemon: impossible.*is back and the engine runs on it"):
        host.configure({"impossible": 1})
    assert host.config.read_text() == before
    assert not host.configure({"debug": True})["changed"]


def test_a_first_configuration_that_fails_leaves_none(host: Host) -> None:
    with pytest.raises(SlipwayError, match="impossible"):
        host.configure({"impossible": 1})
    assert not host.config.exists()
    host.end()


def test_without_an_engine_it_says_so(host: Host) -> None:
    host.program.unlink()
    with pytest.raises(MissingDependencyError, match="there is no Docker engine"):
        host.configure({})


def test_a_reload_that_fails_is_no_reason_to_restart_where_that_may_not_be(host: Host) -> None:
    host.configure({"debug": True})
    pid, text = host.pid(), host.config.read_text()
    asked: list[Decision] = []

    def guard(decision: Decision, _files: Files) -> Decision:
        asked.append(decision)
        if decision.restart:
            raise InputError("not now")
        return decision

    params = host.params({"debug": False})
    service = DetachedService(
        *(runner(), Path(params["socket"]), host.directory / "pid", 20.0),
        command=params["command"],
        log_file=host.directory / "log",
    )
    host.config.write_text(text.replace("{", '{"deaf": true,', 1))
    os.utime(host.config, (1, 1))  # before the engine began
    with pytest.raises(InputError, match="not now"):
        bring_up(params, service, engine_files(params, None), TaskContext(), guard)
    assert [one.reload for one in asked] == [True, False]
    assert "it did not take them while it ran" in asked[1].reasons
    assert host.pid() == pid
    assert json.loads(host.config.read_text())["debug"] is True
    assert not service.restart_is_pending()


@pytest.mark.parametrize("kind", ["pipe", "zeros"])
def test_what_is_no_file_is_not_read(host: Host, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(host.config)
    else:
        host.config.symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"daemon.json is no file of a few lines, as one is wanted there"):
        host.configure({"debug": True})


class Recorded(DetachedService):
    """Notes what it is told."""

    def __init__(self, *args: t.Any, **options: t.Any) -> None:
        super().__init__(*args, **options)
        self.told: list[str] = []

    def read_units(self) -> None:
        self.told.append("read units")

    def restart(self) -> None:
        self.told.append("restart")
        super().restart()


def test_a_unit_that_a_killed_run_has_written_is_read_before_the_restart(host: Host) -> None:
    host.configure({"debug": True})
    unit = host.directory / "unit"
    unit.write_text("new")
    (host.directory / "pid.slipway-pending").touch()
    params = host.params({"debug": True})
    service = Recorded(
        *(runner(), Path(params["socket"]), host.directory / "pid", 20.0),
        command=params["command"],
        log_file=host.directory / "log",
    )
    result = bring_up(params, service, engine_files(params, found(unit, "new")), TaskContext())
    assert result["restarted"]
    assert service.told == ["read units", "restart"]
