# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers Caddy's questions who is in a pool: a name server for one zone, by UDP, on loopback."""

from __future__ import annotations

import ipaddress
import os
import random
import socket
import struct
import threading
import typing as t

from slipway_edge.config import ZONE

_A, _AAAA, _IN = 1, 28, 1
_HEADER = struct.Struct("!6H")
_RESPONSE, _AUTHORITATIVE = 0x8000, 0x0400
_LONGEST_LABEL = 63
_RECURSION_DESIRED = 0x0100
_NAME_ERROR, _REFUSED = 3, 5
#: What fits into the 1232 bytes that resolvers ask for: more containers than that take turns.
_MOST_ANSWERS = 40

#: (pool key, port) -> addresses; None where there is no such pool.
Lookup = t.Callable[[str, int], t.Optional[t.Sequence[str]]]


def answer(packet: bytes, lookup: Lookup) -> bytes | None:
    """The answer to one question; None where the packet is no question."""
    if len(packet) < _HEADER.size:
        return None
    ident, flags, questions, _an, _ns, _ar = _HEADER.unpack_from(packet)
    asked = _question(packet)
    if flags & _RESPONSE or questions != 1 or asked is None:
        return None
    name, kind, end = asked
    found = _addresses(name, lookup)
    code = _REFUSED if not name.endswith("." + ZONE) else _NAME_ERROR if found is None else 0
    records = [_record(address) for address in found or () if _kind(address) == kind]
    if len(records) > _MOST_ANSWERS:
        records = random.sample(records, _MOST_ANSWERS)
    header = _HEADER.pack(ident, _RESPONSE | _AUTHORITATIVE | flags & _RECURSION_DESIRED | code, 1, len(records), 0, 0)
    return header + packet[_HEADER.size : end] + b"".join(records)


def _question(packet: bytes) -> tuple[str, int, int] | None:
    """Its name in lower case, its type, and where it ends."""
    labels, at = [], _HEADER.size
    while at < len(packet) and packet[at]:
        length = packet[at]
        if length > _LONGEST_LABEL or at + 1 + length > len(packet):
            return None
        labels.append(packet[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
        at += 1 + length
    if at + 5 > len(packet):
        return None
    kind, family = struct.unpack_from("!2H", packet, at + 1)
    return (".".join(labels) + ".", kind, at + 5) if family == _IN else None


def _addresses(name: str, lookup: Lookup) -> t.Sequence[str] | None:
    """p8080.KEY.edge.slipway."""
    port, _dot, key = name[: -len(ZONE) - 1].partition(".")
    if port[:1] != "p" or not port[1:].isdigit():
        return None
    return lookup(key, int(port[1:]))


def _kind(address: str) -> int:
    return _AAAA if ":" in address else _A


def _record(address: str) -> bytes:
    data = ipaddress.ip_address(address).packed
    # The name is the question's; the time to live is none.
    return struct.pack("!HHHIH", 0xC00C, _kind(address), _IN, 0, len(data)) + data


def listen(address: str) -> socket.socket:
    """The socket that systemd holds for us, so that no question is lost while we start again; else our own."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        return socket.socket(fileno=3)
    host, _colon, port = address.rpartition(":")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, int(port)))
    return sock


def serve(sock: socket.socket, lookup: Lookup) -> None:
    """In a thread of its own, for as long as the process lives."""

    def run() -> None:
        while True:
            try:
                packet, peer = sock.recvfrom(4096)
                reply = answer(packet, lookup)
                if reply is not None:
                    sock.sendto(reply, peer)
            except OSError:
                # A peer that went away; the next question is another's.
                continue

    threading.Thread(target=run, name="resolver", daemon=True).start()
