# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import expand, platform_values

PLATFORM = platform_values("linux/arm64/v8", "linux/amd64")


def bases(text: str, target: str | None = None, **args: str) -> list[tuple[str, str | None, int]]:
    found = parse_dockerfile(text).base_images(target, {**PLATFORM, **args})
    return [(image.reference, image.platform, image.line) for image in found]


def names(text: str, target: str | None = None, **args: str) -> list[str]:
    return [name for name, _platform, _line in bases(text, target, **args)]


def test_stages_and_copies() -> None:
    text = """\
# A comment
FROM python:3.13 AS build
COPY --chown=1:1 --from=node:22 /a /b
RUN --mount=type=bind,from=golang:1.26,source=/x,target=/y make
FROM scratch
COPY --from=build /b /b
COPY --from=0 /c /c
"""
    assert bases(text) == [("python:3.13", None, 2), ("node:22", None, 3), ("golang:1.26", None, 4)]


def test_only_what_leads_to_the_target_counts() -> None:
    text = "FROM a:1 AS one\nFROM b:1 AS two\nFROM one AS three\nFROM c:1\nCOPY --from=three /x /x\n"
    assert names(text) == ["a:1", "c:1"]
    assert names(text, "two") == ["b:1"]
    assert names(text, "THREE") == ["a:1"]
    assert names(text, "1") == ["b:1"]


def test_a_later_stage_is_no_source() -> None:
    with pytest.raises(InputError, match="Dockerfile:2: stage late comes later"):
        names("FROM redis AS x\nCOPY --from=late /a /b\nFROM scratch AS late\n", "x")
    with pytest.raises(InputError, match="Dockerfile:2: there is no stage number 7"):
        names("FROM redis\nCOPY --from=7 /a /b\n")


def test_arguments_before_from() -> None:
    text = "ARG V=3.13 IMAGE=python\nARG FULL=${IMAGE}:${V}-slim\nFROM ${FULL}\nARG V\n"
    assert names(text) == ["python:3.13-slim"]
    assert names(text, V="3.14") == ["python:3.14-slim"]
    assert names(text, FULL="x") == ["x"]
    assert names("ARG A='$x'\nFROM a${A}") == ["a$x"]
    assert names('ARG A="x y"\nARG B\nFROM ${B:-z}') == ["z"]


def test_undeclared_argument_is_empty() -> None:
    with pytest.raises(InputError, match=r"Dockerfile:2: FROM \$V is empty"):
        names("# \nFROM $V", V="1")


def test_platforms() -> None:
    assert bases(
        "FROM --platform=$BUILDPLATFORM a AS x\nFROM a-${TARGETARCH}${TARGETVARIANT}\nCOPY --from=x / /\n"
    ) == [
        ("a", "linux/amd64", 1),
        ("a-arm64v8", None, 2),
    ]


def test_syntax_and_escape_directives() -> None:
    text = "# syntax=docker/dockerfile:1.7\n# escape=`\nFROM a `\n  AS b\nRUN c:\\\nRUN --mount=type=bind,from=d x\n"
    assert names(text) == ["a", "d", "docker/dockerfile:1.7"]
    assert names("FROM a\n# syntax=docker/dockerfile:1\n") == ["a"]
    assert names("#\n# syntax=x\nFROM a\n") == ["a"]


def test_continuations_with_comments_between() -> None:
    text = "FROM a\nRUN one \\\n# a comment\n\n  && two \\   \n  && three\nCOPY --from=b / /\n"
    found = parse_dockerfile(text)
    assert list(found.stages[0].sources) == [(7, "COPY", "b")]


def test_here_documents_are_no_instructions() -> None:
    text = "FROM a\nRUN <<EOF cat <<-'TWO'\nFROM b\nEOF\n\tCOPY --from=c / /\n\tTWO\n"
    text += "COPY <<X <<Y /d/\nFROM q\nX\nFROM r\nY\nCOPY --from=z / /\n"
    assert names(text) == ["a", "z"]
    assert names("FROM a\nRUN echo $((1<<X))\nCOPY --from=b / /\n") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no FROM"),
        ("RUN x\nFROM a", "Dockerfile:1: RUN stands before the first FROM"),
        ("FROM", "Dockerfile:1: write FROM image"),
        ("FROM a b", "Dockerfile:1: write FROM image"),
        ("ARG A\nFROM ${A:?unset}", r"Dockerfile:2: \$\{A:\?unset\}: variable A is needed \(unset\)"),
    ],
)
def test_mistakes(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        names(text)


def test_unknown_target_lists_those_there() -> None:
    with pytest.raises(InputError, match="There is no stage 'x' in Dockerfile: it has one, 1, last"):
        names("FROM a AS one\nFROM b\nFROM c as last", "x")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-${A}", "1-1"),
        ("${B}", ""),
        ("${B-x}${E-x}${E:-x}", "xx"),
        ("${A+x}${E+y}${E:+z}${B+q}", "xy"),
        ("${B:-${A}${B:-2}}", "12"),
        (r"\$A", "$A"),
        ("$", "$"),
        ("${A:?no}", "1"),
    ],
)
def test_expansion(text: str, value: str) -> None:
    assert expand(text, {"A": "1", "E": ""}, "here") == value


@given(st.text(alphabet="FROMasAGUN $\\{}:=-\"'<EOF\n#", max_size=80))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_dockerfile(text).base_images(None, PLATFORM) is not None
