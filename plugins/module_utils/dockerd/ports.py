# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses what another process would keep the engine from: a port that is taken, before anything changes."""

from __future__ import annotations

import errno
import socket
import typing as t
from contextlib import closing

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError


def wanted_ports(options: t.Mapping[str, t.Any]) -> t.Dict[t.Tuple[str, int], str]:
    """(address, port) -> the option that asks for it."""
    found: t.Dict[t.Tuple[str, int], str] = {}
    if options.get("metrics-addr"):
        found.update(_named("metrics-addr", str(options["metrics-addr"])))
    for host in options.get("hosts") or []:
        if str(host).startswith("tcp://"):
            found.update(_named("hosts", str(host)[len("tcp://") :]))
    return found


def _named(option: str, address: str) -> t.Dict[t.Tuple[str, int], str]:
    name, _colon, port = address.rpartition(":")
    return {(name.strip("[]"), int(port)): option} if port.isdigit() else {}


def check_free(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> None:
    """Only what is new: the engine itself holds what it had before."""
    for (address, port), option in wanted_ports(after).items():
        if (address, port) not in wanted_ports(before) and _taken(address, port):
            raise InputError(
                f"options: {option} wants {address}:{port}, and another process listens there already."
                " Choose another port or stop it. Nothing changed."
            )


def _taken(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as exc:
            return exc.errno == errno.EADDRINUSE
    return False
