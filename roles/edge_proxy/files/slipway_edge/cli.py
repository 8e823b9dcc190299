# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command slipway-edge."""

from __future__ import annotations

import argparse
import json
import sys
import time
import typing as t
from pathlib import Path

from slipway_edge import control, memory, settings
from slipway_edge.config import caddy_config
from slipway_edge.watch import Watcher

_POLL = 0.1
#: After the answers changed and Caddy's copy is stale, a request that was just being placed is counted.
_MARGIN = 0.1
_SETTINGS = Path("/etc/slipway-edge/settings.json")

#: `docker ps` shows this much of an id; a shorter word is a name.
_SHORT_ID = 12

Answer = t.Dict[str, t.Any]
_Command = t.Callable[[settings.Settings, argparse.Namespace], int]


def main(argv: t.Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        chosen = settings.load(arguments.settings)
        code: int = arguments.do(chosen, arguments)
        return code
    except (settings.SettingsError, control.ControlError) as exc:
        print(f"slipway-edge: {exc}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="slipway-edge", description="Caddy's routes from the labels of containers.")
    parser.add_argument("--settings", type=Path, default=_SETTINGS, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (do, help_text) in _PLAIN.items():
        commands.add_parser(name, help=help_text).set_defaults(do=do)
    for name, (do, seconds, help_text) in _FOR_CONTAINERS.items():
        command = commands.add_parser(name, help=help_text)
        command.add_argument("containers", nargs="+", metavar="CONTAINER", help="a name or an id")
        command.add_argument("--timeout", type=float, default=seconds, metavar="S", help="default: %(default)g seconds")
        command.set_defaults(do=do)
    return parser


def _watch(chosen: settings.Settings, _arguments: argparse.Namespace) -> int:
    watcher = Watcher(chosen)
    control.serve(watcher)
    watcher.run()


def _routes(chosen: settings.Settings, _arguments: argparse.Namespace) -> int:
    json.dump(control.ask(chosen.runtime_dir, "report"), sys.stdout, indent=2)
    print()
    return 0


def _prepare(chosen: settings.Settings, _arguments: argparse.Namespace) -> int:
    """Before Caddy starts: what it ran on last, else a configuration without any route."""
    memory.make_shared(Path(chosen.state_dir), chosen.caddy_group)
    target = memory.caddy_file(chosen)
    if memory.read(target) is None:
        memory.write_atomic(target, caddy_config(chosen, []))
    return 0


def _config(chosen: settings.Settings, _arguments: argparse.Namespace) -> int:
    json.dump(caddy_config(chosen, []), sys.stdout, indent=1, sort_keys=True)
    print()
    return 0


def _wait(chosen: settings.Settings, arguments: argparse.Namespace) -> int:
    deadline = time.monotonic() + arguments.timeout
    while True:
        late = _not_in(control.ask(chosen.runtime_dir, "report"), arguments.containers)
        if not late:
            return 0
        if time.monotonic() >= deadline:
            print(f"slipway-edge: not in after {arguments.timeout:g} seconds: {'; '.join(late)}", file=sys.stderr)
            return 1
        time.sleep(_POLL)


def _not_in(answer: Answer, containers: t.Sequence[str]) -> list[str]:
    """Each container that is not in with all its routes, and why."""
    late = []
    for name in containers:
        mine = _upstreams(answer, name)
        out = sorted({up["why"] or up["state"] for up in mine if up["state"] != "in"})
        problems = answer["problems"].get(mine[0]["name"] if mine else name, [])
        if not mine:
            late.append(f"{name}: {' '.join(problems) or 'it does not run, or no label asks for a route'}")
        elif out or problems:
            late.append(f"{name}: {', '.join(out + problems)}")
    return late


def _drain(chosen: settings.Settings, arguments: argparse.Namespace) -> int:
    deadline = time.monotonic() + arguments.timeout
    idents = control.ask(chosen.runtime_dir, "drain", arguments.containers)["ids"]
    time.sleep(chosen.refresh + _MARGIN)
    while True:
        answer = control.ask(chosen.runtime_dir, "report")
        busy = {up["name"]: up["requests"] for ident in idents for up in _upstreams(answer, ident) if up["requests"]}
        if not busy:
            return 0
        if time.monotonic() >= deadline:
            print(f"slipway-edge: still in flight after {arguments.timeout:g} seconds: {busy}", file=sys.stderr)
            return 0
        time.sleep(_POLL)


def _undrain(chosen: settings.Settings, arguments: argparse.Namespace) -> int:
    control.ask(chosen.runtime_dir, "undrain", arguments.containers)
    return _wait(chosen, arguments)


def _upstreams(answer: Answer, container: str) -> list[Answer]:
    """By name, or by the beginning of the id as the engine takes it."""
    return [
        up
        for route in answer["routes"]
        for up in route["upstreams"]
        if up["name"] == container or (len(container) >= _SHORT_ID and up["id"].startswith(container))
    ]


_PLAIN: t.Mapping[str, tuple[_Command, str]] = {
    "watch": (_watch, "keep the routes true (the service)"),
    "routes": (_routes, "print every route with its containers as JSON"),
    "config": (_config, "check the settings: print the configuration that Caddy gets where there is no route"),
    "prepare": (_prepare, "before Caddy starts: have a configuration for it"),
}
_FOR_CONTAINERS: t.Mapping[str, tuple[_Command, float, str]] = {
    "wait": (_wait, 60.0, "return when these containers get requests; 1 when the time is over"),
    "drain": (_drain, 30.0, "give them no more requests; return when none is in flight or the time is over"),
    "undrain": (_undrain, 30.0, "give them requests again"),
}
