# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name server that Caddy asks: whole packets in and out, by the system's own parser of answers."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway_edge.config import key_of, query_name
from slipway_edge.labels import Pool
from slipway_edge.resolver import answer, serve

POOL = Pool("a.x")


def question(name: str, kind: int = 1, ident: int = 7) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split("."))
    return struct.pack("!6H", ident, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def lookup(key: str, port: int) -> list[str] | None:
    return ["10.0.0.2", "10.0.0.3", "fd00::2"] if (key, port) == (key_of(POOL), 80) else None


def parts(packet: bytes | None) -> tuple[int, int, list[bytes]]:
    """Identity, code, the addresses."""
    assert packet is not None
    ident, flags, questions, answers, _authority, _more = struct.unpack_from("!6H", packet)
    assert flags & 0x8000 and questions == 1
    at = packet.index(b"\0", 12) + 5
    found = []
    for _number in range(answers):
        size = struct.unpack_from("!H", packet, at + 10)[0]
        found.append(packet[at + 12 : at + 12 + size])
        at += 12 + size
    assert at == len(packet)
    return ident, flags & 15, found


def test_addresses_of_a_pool() -> None:
    ident, code, found = parts(answer(question(query_name(POOL, 80)), lookup))
    assert (ident, code) == (7, 0)
    assert found == [socket.inet_aton("10.0.0.2"), socket.inet_aton("10.0.0.3")]


def test_the_other_kind_of_address() -> None:
    assert parts(answer(question(query_name(POOL, 80), 28), lookup))[2] == [
        socket.inet_pton(socket.AF_INET6, "fd00::2")
    ]


def test_resolvers_may_change_the_case() -> None:
    assert len(parts(answer(question(query_name(POOL, 80).upper()), lookup))[2]) == 2


@pytest.mark.parametrize(
    ("name", "code"), [(query_name(POOL, 81), 3), ("p80.edge.slipway.", 3), ("example.com.", 5), ("edge.slipway.", 5)]
)
def test_what_is_not_there(name: str, code: int) -> None:
    assert parts(answer(question(name), lookup))[1:] == (code, [])


def test_more_containers_than_fit_take_turns() -> None:
    many = [f"10.0.{n}.1" for n in range(100)]
    packet = answer(question(query_name(POOL, 80)), lambda _key, _port: many)
    assert len(parts(packet)[2]) == 40
    assert len(packet or b"") <= 1232


@given(st.binary(max_size=100))
def test_no_packet_breaks_it(packet: bytes) -> None:
    answer(packet, lookup)


@given(st.integers(0, 60), st.binary(min_size=1, max_size=4))
def test_no_damaged_question_breaks_it(at: int, damage: bytes) -> None:
    packet = question(query_name(POOL, 80))
    answer(packet[:at] + damage + packet[at + len(damage) :], lookup)


def test_it_is_a_server() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        serve(server, lookup)
        client.settimeout(5)
        for packet in (b"nonsense", question(query_name(POOL, 80))):
            client.sendto(packet, server.getsockname())
        assert len(parts(client.recv(2000))[2]) == 2
