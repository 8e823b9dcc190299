# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import ImageFacts, Reading, read_needs
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values

FACTS = {("a", None): ImageFacts({"HOME_OF": "/home/app"}), ("trigger", None): ImageFacts({}, ("COPY app /app",))}


def read(text: str, target: str | None = None, known: bool = True, **args: str) -> Reading:
    values = {**(platform_values("linux/arm64", "linux/amd64") if known else {}), **args}
    return read_needs(parse_dockerfile(text), target, values, FACTS, platform_known=known)


def paths(text: str, **options: t.Any) -> list[str] | None:
    reading = read(text, **options)
    return None if reading.everything else [one.path for one in reading.asked]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a\nCOPY x y/ /d/\nADD z.tar /\n", ["x", "y/", "z.tar"]),
        ('FROM a\nCOPY ["one two", "/d/"]\n', ["one two"]),
        ("FROM a AS one\nCOPY x /\nFROM a\nCOPY --from=one /x /\nCOPY z /\n", ["x", "z"]),
        ("FROM a AS one\nCOPY unused /\nFROM a\nCOPY z /\n", ["z"]),
        ("FROM a\nARG D=src\nENV E=$D/e\nCOPY $D ${E}/f /\n", ["src", "src/e/f"]),
        ("FROM a\nCOPY $HOME_OF/x /\n", ["/home/app/x"]),
        ("FROM unknown\nCOPY x /\n", None),
        ("FROM trigger\nCOPY x /\n", ["app", "x"]),
        ("FROM scratch AS t\nONBUILD COPY on /\nFROM t\nCOPY x /\n", ["on", "x"]),
        ("FROM a\nARG TARGETARCH\nCOPY bin-$TARGETARCH /\n", ["bin-arm64"]),
        ("FROM a\nCOPY <<EOF /f\nCOPY no /\nEOF\nCOPY x /\n", ["x"]),
        ("FROM a\nRUN --mount=type=bind,source=src,target=/src make\n", ["src"]),
        ("FROM a\nRUN --mount=target=. make\n", [""]),
        ("FROM a\nRUN --mount=type=cache,target=/c --mount=type=secret,id=s make\n", []),
        ("FROM a\nRUN --mount=type=bind,from=trigger,target=/t make\n", []),
        ("FROM a\nADD https://example.org/x.tar /\nADD git@host:x.git#v1 /g\n", []),
        ("FROM a\nCOPY --brand-new x /\n", None),
        ("# syntax=example.org/other:1\nFROM a\nCOPY x /\n", None),
        ("# syntax=docker/dockerfile:1.7\nFROM a\nCOPY --exclude=*.md x /\n", ["x"]),
        ("FROM a\nRUN <<EOF\nCOPY no /\nEOF\nCOPY x /\n", ["x"]),
        ("FROM a\nRUN it's <<EOF\nCOPY x /\n", ["x"]),
        ("# escape=`\nFROM a\nCOPY x `\n  y /\n", ["x", "y"]),
    ],
)
def test_what_is_read_of_the_context(text: str, found: list[str] | None) -> None:
    assert paths(text) == found


def test_without_the_platform_what_it_decides_is_not_known() -> None:
    assert paths("FROM a\nARG TARGETARCH\nCOPY bin-$TARGETARCH /\n", known=False) is None
    assert paths("FROM a\nCOPY bin /\n", known=False) == ["bin"]


def test_modes_of_folders_count_where_they_can_be_seen() -> None:
    assert read("FROM a\nRUN --mount=source=x,target=/x ls\n").modes
    assert read("# syntax=docker/dockerfile:1.20\nFROM a\nCOPY --parents x/y /\n").modes
    assert not read("FROM a\nCOPY x /\n").modes


def test_what_is_fetched() -> None:
    reading = read("FROM a\nARG V=2\nADD --checksum=sha256:$V https://h/$V.tgz https://h/x /\n")
    assert [(one.url, one.line, one.checksum) for one in reading.remotes] == [
        ("https://h/2.tgz", 3, "sha256:2"),
        ("https://h/x", 3, "sha256:2"),
    ]


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("FROM a\nARG X\nRUN make\n", True),
        ("ARG X=1\nFROM a\nRUN make\n", False),
        ("ARG X=1\nARG Y=$X\nFROM a\nARG Y\nRUN make\n", True),
        ("FROM a AS one\nARG X\nRUN make\nFROM a\nRUN make\n", False),
        ("FROM a AS one\nARG X\nRUN make\nFROM one\nRUN make\n", True),
        ("FROM a\nRUN echo $X\n", False),
    ],
)
def test_only_arguments_that_are_declared_where_it_matters_count(text: str, matters: bool) -> None:
    assert (read(text, X="1").recipe != read(text, X="2").recipe) is matters


def test_arguments_for_buildkit_itself_count_and_proxies_do_not() -> None:
    text = "FROM a\nRUN make\n"
    assert read(text, BUILDKIT_INLINE_CACHE="1").args == {"BUILDKIT_INLINE_CACHE": "1"}
    assert read(text, HTTP_PROXY="http://p").args == {}
    declared = "FROM a\nARG HTTP_PROXY\nRUN make\n"
    assert read(declared, HTTP_PROXY="http://p").recipe != read(declared).recipe


def test_what_cannot_change_the_result_is_no_part_of_the_recipe() -> None:
    plain = "FROM a AS x\nCOPY y /\nRUN one \\\n  two\n"
    commented = "# a comment\n\nFROM a AS unused\nRUN z\nFROM a AS x\n# more\nCOPY y /\n\nRUN one \\\n# inside\n  two\n"
    assert read(plain).recipe == read(commented, "x").recipe
    for other in (plain.replace("two", "three"), plain.replace("COPY", "ADD"), plain.replace("FROM a", "FROM trigger")):
        assert read(other).recipe != read(plain).recipe
    heredoc = "FROM a\nRUN <<EOF\none\n# a comment of the shell\nEOF\n"
    assert read(heredoc).recipe != read(heredoc.replace("# a comment of the shell\n", "")).recipe


def test_stages_by_number_are_the_ones_that_are_meant() -> None:
    text = "FROM a AS x\nCOPY 1 /\nFROM a AS y\nCOPY 2 /\nFROM y\nCOPY --from=0 / /\nCOPY --from=x / /\n"
    other = "FROM a AS y\nCOPY 2 /\nFROM a AS x\nCOPY 1 /\nFROM y\nCOPY --from=0 / /\nCOPY --from=x / /\n"
    assert read(text).recipe != read(other).recipe


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FROM a\nCOPPY x /\n", "Dockerfile:2: there is no instruction COPPY: did you mean COPY?"),
        ("FROM a\nCOPY x\n", "Dockerfile:2: COPY needs a source and a destination."),
        ("FROM a\nRUN <<EOF\nx\n", "Dockerfile:2: the here-document EOF is not closed"),
        ("FROM a\nCOPY ${X /\n", "Dockerfile:2: ${X: "),
        ("FROM a\nCOPY 'x /\n", "Dockerfile:2: 'x: a single quote is not closed."),
        ("FROM a AS 1x\n", "Dockerfile:1: '1x' is no name for a stage"),
        ("# escape=x\nFROM a\n", "Dockerfile: # escape=x is neither"),
        ("# syntax=a\n# syntax=b\nFROM a\n", "Dockerfile:2: # syntax= is there twice."),
        ("FROM a\nENV X\n", "Dockerfile:2: ENV X: write name=value."),
        ("FROM a\nARG\n", "Dockerfile:2: ARG needs a name."),
        ("FROM a\nCOPY --from=late / /\nFROM a AS late\n", "Dockerfile:2: stage late comes later"),
        ("FROM a\nCOPY --from=3 / /\n", "Dockerfile:2: there is no stage number 3."),
    ],
)
def test_mistakes_name_their_line(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "0" if "late" in text else None)
    assert caught.value.message.startswith(says)


@pytest.mark.parametrize("how", ["COPY --from=build /x /", "RUN --mount=from=build,target=/m cp /m/x /"])
def test_what_a_trigger_takes_from_a_stage_counts_though_nothing_else_needs_it(how: str) -> None:
    text = f"FROM a AS build\nRUN make v1\nFROM a AS one\nONBUILD {how}\nFROM one\n"
    before, after = read(text), read(text.replace("v1", "v2"))
    assert before.recipe != after.recipe
    assert before.triggers_take and before.everything
    assert read(text, X="1").args == {"X": "1"}
