# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports of the host that a project wants and that something else has: told before anything is touched."""

from __future__ import annotations

import contextlib
import errno
import socket
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import CREATE, RECREATE, START, Action
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Service
from ansible_collections.slipway.deploy.plugins.module_utils.engine.containers import Containers


def check(engine: Containers, project: str, services: t.Mapping[str, Service], actions: t.Sequence[Action]) -> None:
    """Only for containers that will be started."""
    starting = {a.service for a in actions if a.action in (CREATE, RECREATE, START)}
    for name in sorted(starting & set(services)):
        for port in services[name].fixed_ports:
            _check_one(engine, project, name, port)


def _check_one(engine: Containers, project: str, service: str, port: str) -> None:
    address, _slash, protocol = port.partition("/")
    host, _colon, number = address.rpartition(":")
    if not number.isdigit() or not taken(host, int(number), protocol):
        return
    users = engine.publishing(f"{number}/{protocol}")
    if any(owner == project for _name, owner in users):
        return  # our own container, which is about to be replaced
    by = f"container {users[0][0]}" if users else "another program"
    raise InputError(f"services.{service}.ports: port {number} of the host is taken by {by}.")


def taken(host: str, port: int, protocol: str) -> bool:
    """Whether somebody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with contextlib.closing(socket.socket(family, kind)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as exc:
            return exc.errno == errno.EADDRINUSE
    return False
