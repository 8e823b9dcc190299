# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host needs to join a swarm, and whether a manager's port can be reached from it at all."""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError

_TIMEOUT = 5.0
_PORT = 2377

#: (host, port, seconds) -> None, or OSError. Injected by tests.
Connect = t.Callable[[str, int, float], None]


def _connect(host: str, port: int, timeout: float) -> None:
    with socket.create_connection((host, port), timeout=timeout):
        return


def reachable_manager(addresses: t.Sequence[str], name: str, connect: Connect = _connect) -> str:
    """The first address that answers: asked before the engine is, whose own word for it is a time-out."""
    said = []
    for address in addresses:
        host, port = _split(address)
        try:
            connect(host, port, _TIMEOUT)
        except OSError as exc:
            said.append(f"{host}:{port} ({exc.strerror or exc})")
        else:
            return f"{host}:{port}"
    raise TransportError(
        f"{name} reaches no manager: {', '.join(said)}. Open the TCP port {_PORT} on the managers for it,"
        " and TCP and UDP 7946 and UDP 4789 between all nodes."
    )


def _split(address: str) -> t.Tuple[str, int]:
    host, colon, port = address.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() else (address, _PORT)


def join_body(params: t.Mapping[str, t.Any], addresses: t.Sequence[str]) -> t.Dict[str, t.Any]:
    return {
        "ListenAddr": params["listen_addr"],
        "AdvertiseAddr": params["advertise_addr"] or "",
        "DataPathAddr": params["data_path_addr"] or "",
        "RemoteAddrs": list(addresses),
        "JoinToken": params["join"]["token"],
        "Availability": params["availability"],
    }


def is_local(address: str) -> bool:
    """Whether this host has the address: only then can something be bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return bool(address)
