# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes out of a command in a container."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams.channels import (
    STATUS,
    STDERR,
    STDOUT,
    Output,
    ending_of,
    messages_of,
)


def status(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("said", "rc", "problem"),
    [
        (status(status="Success"), 0, ""),
        (status(status="Failure", details={"causes": [{"reason": "ExitCode", "message": "3"}]}), 3, ""),
        (status(status="Failure", message='exec: "x": executable file not found in $PATH'), 127, "executable file"),
        (status(status="Failure", message="exec /x: permission denied"), 126, "permission denied"),
        (status(status="Failure", message="container not found"), -1, "container not found"),
        (status(status="Failure", code=500), -1, "answered 500"),
        (b"not JSON", -1, "not JSON"),
    ],
)
def test_how_it_ended(said: bytes, rc: int, problem: str) -> None:
    ending = ending_of(said)
    assert ending.rc == rc
    assert problem in ending.problem
    assert bool(problem) == bool(ending.problem)


@given(st.binary(max_size=200_000))
def test_stdin_is_sent_whole_and_ended(data: bytes) -> None:
    *parts, last = messages_of(data)
    assert last == bytes([255, 0])
    assert all(part[0] == 0 for part in parts)
    assert b"".join(part[1:] for part in parts) == data


def test_lines_are_told_as_they_come() -> None:
    told: list[str] = []
    output = Output(100, told.append)
    output.hear(STDOUT, b"one\ntw")
    output.hear(STDERR, b"err\n")
    assert told == ["one", "err"]
    output.hear(STDOUT, b"o\nrest")
    output.end()
    assert told == ["one", "err", "two", "rest"]
    assert output.of(STDOUT) == b"one\ntwo\nrest"
    assert not output.truncated


def test_what_is_too_long_is_forgotten_but_the_ending_is_not() -> None:
    output = Output(4, lambda _line: None)
    output.hear(STDOUT, b"123456")
    output.hear(STDOUT, b"78")
    output.hear(STATUS, status(status="Success"))
    assert output.of(STDOUT) == b"1234"
    assert output.truncated
    assert ending_of(output.of(STATUS)).rc == 0
