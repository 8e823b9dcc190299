# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.engine.build_progress import BuildProgress
from ansible_collections.slipway.deploy.plugins.module_utils.engine.builder_facts import parse_inspected
from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import progress_kind

RUN = "[build 2/2] RUN make"
TAIL = """\
Dockerfile:3
--------------------
   2 |
   3 | >>> RUN make
--------------------
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 3
"""


def vertex(name: str, digest: str = "d", **more: t.Any) -> dict[str, t.Any]:
    return {"vertexes": [{"digest": digest, "name": name, "started": "2026-11-24T12:00:00.5Z", **more}]}


def log(text: str, digest: str = "d") -> dict[str, t.Any]:
    return {"logs": [{"vertex": digest, "stream": 1, "data": base64.b64encode(text.encode()).decode()}]}


DONE = {"completed": "2026-11-24T12:01:02.75Z"}
FAILED = [
    vertex("[internal] load build definition from Dockerfile", "i", **DONE),
    vertex("[build 1/2] FROM busybox", "f", **DONE, cached=True),
    vertex(RUN),
    log("one\nth"),
    log("e second {\n\nthird"),
    vertex("[other 1/1] RUN sleep", "o", **DONE, error="context canceled"),
    vertex(RUN, **DONE, error="exit code: 3"),
]


def followed(text: str, pieces: t.Iterable[int] = ()) -> tuple[BuildProgress, list[str]]:
    said: list[str] = []
    progress = BuildProgress(said.append)
    for size in pieces:
        progress.feed(text[:size])
        text = text[size:]
    progress.feed(text)
    progress.finish()
    return progress, said


@pytest.mark.parametrize("indent", [None, 2])
def test_a_failed_build(indent: int | None) -> None:
    progress, said = followed("\n".join(json.dumps(one, indent=indent) for one in FAILED) + "\n" + TAIL)
    why = progress.failure()
    assert (why.step, why.line, why.instruction) == (RUN, 3, "RUN make")
    assert why.log == ("one", "the second {", "third")
    assert why.reason.endswith("exit code: 3")
    assert said == [
        "[build 1/2] FROM busybox cached",
        "[other 1/1] RUN sleep failed",
        "[build 2/2] RUN make failed",
    ]


@given(st.lists(st.integers(1, 400), max_size=30))
def test_it_does_not_matter_in_which_pieces_the_text_comes(pieces: list[int]) -> None:
    text = "\n".join(json.dumps(one, indent=2) for one in FAILED) + "\n" + TAIL
    whole, said = followed(text)
    progress, also_said = followed(text, pieces)
    assert (progress.failure(), also_said) == (whole.failure(), said)


def test_seconds_and_what_takes_long() -> None:
    said: list[str] = []
    progress = BuildProgress(said.append)
    progress.feed(json.dumps(vertex(RUN)) + json.dumps(log("compiling\n")))
    progress.still_running()
    progress.feed(json.dumps(vertex(RUN, **DONE)))
    progress.still_running()
    assert said == [f"still at {RUN}: compiling", f"{RUN} 62.2 s"]


def test_a_cache_that_could_not_be_written() -> None:
    progress, _said = followed(json.dumps(vertex("exporting cache to registry", **DONE, error="denied")))
    assert progress.troubles() == ["exporting cache to registry: denied"]


def test_plain_text_of_an_older_buildx() -> None:
    text = f"#1 [internal] load\n#5 {RUN}\n#5 0.2 one\n------\n > {RUN}:\n0.2 one\n------\n{TAIL}"
    progress, said = followed(text)
    assert said == [RUN]
    why = progress.failure()
    assert (why.step, why.line, why.log) == (RUN, 3, ("0.2 one",))


def test_what_buildx_can_do() -> None:
    assert progress_kind("github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3") == "rawjson"
    assert progress_kind("github.com/docker/buildx v0.29.0 abc") == "rawjson"
    assert progress_kind("github.com/docker/buildx v0.12.1 abc") == "plain"
    assert progress_kind("") == "plain"
    assert parse_inspected("Name:   x\nDriver:  docker-container\n").driver == "docker-container"
    assert parse_inspected("").driver == ""
