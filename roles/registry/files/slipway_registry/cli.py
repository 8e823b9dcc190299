# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command slipway-registry."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import typing as t
from pathlib import Path

from slipway_registry.backup import backup, restore
from slipway_registry.check import check
from slipway_registry.collect import collect
from slipway_registry.host import Host, RegistryError, await_port, become_writable

_SETTINGS = Path("/etc/docker/registry/slipway.json")


def main(argv: t.Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        if os.getuid() != 0 and arguments.command not in ("ready",):
            raise RegistryError("Become root.")
        arguments.do(_host(arguments.settings), arguments)
    except RegistryError as exc:
        print(f"slipway-registry: {exc}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="slipway-registry", description="What is done to a registry's storage.")
    parser.add_argument("--settings", type=Path, default=_SETTINGS, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, do, help_text in (
        ("collect", lambda host, _: collect(host), "remove blobs that no manifest needs; read-only meanwhile"),
        ("writable", lambda host, _: become_writable(host), "accept pushes again after a collection that was killed"),
        ("ready", _ready, "return when the registry listens"),
    ):
        commands.add_parser(name, help=help_text).set_defaults(do=do)
    command = commands.add_parser("backup", help="write storage and authority into a file; prints its name")
    command.add_argument("directory", type=Path)
    command.add_argument("--keep", type=int, default=3, help="so many files stay (default: %(default)d)")
    command.set_defaults(do=lambda host, given: print(backup(host, given.directory, given.keep)))
    command = commands.add_parser("restore", help="take storage and authority from a file")
    command.add_argument("file", type=Path)
    command.set_defaults(do=lambda host, given: restore(host, given.file))
    command = commands.add_parser("check", help="try whether the registry starts on a configuration")
    command.add_argument("config", type=Path)
    command.add_argument("--environment-file", type=Path, action="append", default=[])
    command.set_defaults(do=lambda host, given: check(host, given.config, _variables(given.environment_file)))
    return parser


def _ready(host: Host, _arguments: argparse.Namespace) -> None:
    """systemd says which process it has started."""
    pid = os.environ.get("MAINPID", "")
    await_port(host.port, pid=int(pid) if pid else None)


def _host(settings: Path) -> Host:
    """The file holds what differs from the defaults."""
    try:
        found = json.loads(settings.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise RegistryError(f"{settings} is not there: run the role registry.") from exc
    paths = ("config", "ca_dir", "storage", "runtime")
    values: dict[str, t.Any] = {name: Path(value) if name in paths else value for name, value in found.items()}
    return Host(**values)


def _variables(files: t.Iterable[Path]) -> dict[str, str]:
    """As systemd reads an EnvironmentFile, one that may be missing."""
    lines = [line for file in files if file.exists() for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, _equals, value in pairs}
