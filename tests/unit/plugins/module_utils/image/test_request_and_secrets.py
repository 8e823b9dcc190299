# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import as_values, read_secrets, redact
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.options import defaults


def request(**options: t.Any) -> Request:
    return parse_request(defaults(**options), {})


@pytest.mark.parametrize(
    ("options", "images"),
    [
        ({}, ["a:latest"]),
        ({"name": "a:1"}, ["a:1"]),
        ({"tag": "1"}, ["a:1"]),
        ({"tags": ["2", "1"]}, ["a:2", "a:1"]),
        ({"tag": "1", "tags": ["2", "1"]}, ["a:1", "a:2"]),
    ],
)
def test_tags(options: dict[str, t.Any], images: list[str]) -> None:
    assert [image.familiar for image in request(**options).images] == images


def test_yaml_values_become_text() -> None:
    assert request(args={"A": 1, "B": True, "C": 1.5, "D": ""}).args == {"A": "1", "B": "true", "C": "1.5", "D": ""}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"name": "a:1", "tag": "2"}, "has a tag, and so has the task"),
        ({"name": "a@sha256:" + "0" * 64}, "names a digest"),
        ({"tag": "a b"}, "is not an image tag"),
        ({"platform": ["linux/amd64,arm64"]}, "platform 'arm64' is not a platform"),
        ({"platform": ["amd64"]}, "platform 'amd64' is not a platform"),
        ({"load": False}, "Nothing would keep the image: set push or load, or name a file in outputs"),
        ({"args": {"A": ["x"]}}, "value of 'A' must be text"),
        ({"labels": {"A": None}}, "labels: the value of 'A' must be text"),
        ({"args": {"A B": "x"}}, "is not the name of a build argument"),
    ],
)
def test_bad_options(options: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        request(**options)


FILE = {"type": "tar", "dest": "/x"}
TWO = ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize(
    ("options", "loads", "through_archive"),
    [
        ({}, True, False),
        ({"push": True}, True, False),
        ({"push": True, "load": False}, False, True),
        ({"push": True, "platform": TWO}, False, True),
        ({"push": True, "platform": TWO, "load": True}, True, True),
        ({"provenance": "min"}, True, True),
        ({"outputs": [FILE]}, False, False),
        ({"outputs": [FILE], "push": True}, True, False),
        ({"outputs": [{"type": "oci", "dest": "/x"}]}, False, True),
        ({"outputs": [FILE], "load": True}, True, False),
    ],
)
def test_where_the_image_goes(options: dict[str, t.Any], loads: bool, through_archive: bool) -> None:
    found = request(**options)
    assert (found.loads, found.through_archive) == (loads, through_archive)


def test_the_order_of_platforms_does_not_matter() -> None:
    assert request(platform=TWO, push=True) == request(platform=["linux/amd64,linux/arm64"], push=True)


def test_secrets_of_three_kinds(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("from-file\n")
    given_secrets = [
        {"id": "a", "type": "env", "env": "A"},
        {"id": "b", "type": "file", "src": str(tmp_path / "f")},
        {"id": "c", "type": "value", "value": "from-value"},
    ]
    found = read_secrets(given_secrets, {"A": "from-env"})
    assert [secret.source for secret in found] == ["env=A", f"src={tmp_path}/f", "env=SLIPWAY_BUILD_SECRET_2"]
    assert found[2].environment == {"SLIPWAY_BUILD_SECRET_2": "from-value"}
    assert [item["value"] for item in as_values(found)] == ["from-env", "from-file\n", "from-value"]
    assert "from-" not in repr(found)


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ({"id": "a", "type": "env", "env": "NONE"}, "variable NONE for secret 'a' is not set"),
        ({"id": "a", "type": "file", "src": "/none"}, "cannot read file /none for secret 'a'"),
        ({"id": "a", "type": "file", "src": "/a,b"}, "has a comma"),
        ({"id": "a,src=/etc/shadow", "type": "env", "env": "A"}, "is not an id"),
        ({"id": "a", "type": "value", "value": "x\0y"}, "is binary or too long"),
    ],
)
def test_bad_secrets(secret: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_secrets([secret], {"A": "x"})
    assert "x\0y" not in str(caught.value)
    with pytest.raises(InputError, match="is there twice"):
        read_secrets([{"id": "a", "type": "env", "env": "A"}] * 2, {"A": "x"})


@given(st.text(), st.text(min_size=4, alphabet="abc-"), st.text())
def test_redacted_text_has_no_secret(before: str, secret: str, after: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}", [secret])


def test_each_line_of_a_secret_is_redacted() -> None:
    assert redact("got key-line-1 and key-line-2, not 1", ["key-line-1\nkey-line-2\n1\n"]) == (
        "got ******** and ********, not 1"
    )
    assert redact("kept", ["", "k"]) == "kept"
