# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rest of slipway-registry that needs no systemd: trying a configuration, reading environment files, the lock."""

from __future__ import annotations

import ast
import socket
import subprocess
import threading
from pathlib import Path

import pytest

import slipway_registry
from slipway_registry.check import check
from slipway_registry.cli import _variables
from slipway_registry.host import Host, RegistryError, alone, await_port


def program(tmp_path: Path, script: str) -> Host:
    path = tmp_path / "registry"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    (tmp_path / "config.yml").write_text("version: 0.1\n")
    return Host(user="", program=str(path), runtime=tmp_path / "run")


def test_a_configuration_on_which_it_listens(tmp_path: Path) -> None:
    script = 'echo "level=info msg=\\"listening on 127.0.0.1:1, tls\\" $REGISTRY_HTTP_ADDR"; exec sleep 60\n'
    check(program(tmp_path, script), tmp_path / "config.yml", {})


def test_one_on_which_it_does_not(tmp_path: Path) -> None:
    made = program(tmp_path, 'echo "debug server listening on x"; echo "panic: no driver named $X"; exit 2\n')
    with pytest.raises(RegistryError, match="does not start with it: panic: no driver named tape"):
        check(made, tmp_path / "config.yml", {"X": "tape"})


def test_environment_files_are_read_as_systemd_reads_them(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('# comment\nPLAIN=word\nQUOTED="two words \\"and\\" a \\\\ backslash"\n')
    assert _variables([tmp_path / "a", tmp_path / "missing"]) == {
        "PLAIN": "word",
        "QUOTED": 'two words "and" a \\ backslash',
    }


def test_one_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with alone(Host(runtime=tmp_path)):
            order.append("second")

    with alone(Host(runtime=tmp_path)):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]


def test_nobody_waits_for_a_registry_that_ended() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        with pytest.raises(RegistryError, match="ended before it listened on port"):
            await_port(server.getsockname()[1], 30, ended.pid)


def test_it_is_ready_when_somebody_listens() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        with pytest.raises(RegistryError, match=f"Nobody listens on port {port}"):
            await_port(port, 0.2)
        server.listen()
        await_port(port, 0.2)


@pytest.mark.parametrize(
    "path", sorted(Path(slipway_registry.__file__).parent.glob("*.py")), ids=lambda path: path.name
)
def test_what_runs_on_hosts_is_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 9))
