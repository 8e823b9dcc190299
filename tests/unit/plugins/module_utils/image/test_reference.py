# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import (
    ImageReference,
    parse_below_registry,
    parse_reference,
)

DIGEST = "sha256:" + "a1" * 32


@pytest.mark.parametrize(
    ("text", "full", "familiar"),
    [
        ("redis", "docker.io/library/redis", "redis"),
        ("redis:8", "docker.io/library/redis:8", "redis:8"),
        ("docker.io/redis", "docker.io/library/redis", "redis"),
        ("index.docker.io/library/redis", "docker.io/library/redis", "redis"),
        ("anna/web", "docker.io/anna/web", "anna/web"),
        ("library/a/b", "docker.io/library/a/b", "library/a/b"),
        ("ghcr.io/a/b:1", "ghcr.io/a/b:1", "ghcr.io/a/b:1"),
        ("localhost/a", "localhost/a", "localhost/a"),
        ("host:5000/a:v1", "host:5000/a:v1", "host:5000/a:v1"),
        ("Host/a", "Host/a", "Host/a"),
        ("[fd00::1]:5000/a", "[fd00::1]:5000/a", "[fd00::1]:5000/a"),
        (f"redis:8@{DIGEST}", f"docker.io/library/redis:8@{DIGEST}", f"redis:8@{DIGEST}"),
        ("a/b__c.d-e--f", "docker.io/a/b__c.d-e--f", "a/b__c.d-e--f"),
    ],
)
def test_names(text: str, full: str, familiar: str) -> None:
    assert parse_reference(text).full == full
    assert parse_reference(text).familiar == familiar


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "write [host[:port]/]repository"),
        ("a//b", "write [host[:port]/]repository"),
        ("ghcr.io/A", "lower case"),
        ("redis:", "is not a tag"),
        ("redis:-x", "is not a tag"),
        ("redis:ä", "is not a tag"),
        ("redis@sha256:12", "not a digest"),
        ("redis:1\n", "is not a tag"),
        ("a" * 64, "image's id"),
        ("a/" + "b" * 300, "longer than 255"),
        ("https://ghcr.io/a", "write [host[:port]/]repository"),
    ],
)
def test_bad_names(text: str, why: str) -> None:
    with pytest.raises(InputError, match=re.escape(why)):
        parse_reference(text)


@given(
    st.from_regex(r"[a-z0-9]{1,6}(/[a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.from_regex(r"[\w][\w.-]{0,9}", fullmatch=True).filter(str.isascii),
)
def test_full_and_familiar_mean_the_same(name: str, tag: str) -> None:
    reference = parse_reference(f"{name}:{tag}")
    assert parse_reference(reference.full) == reference
    assert parse_reference(reference.familiar) == reference


@given(st.text())
def test_any_text_is_a_reference_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(parse_reference(text), ImageReference)


def test_pins() -> None:
    reference = parse_reference("ghcr.io/a:1")
    assert reference.with_digest(DIGEST).full == f"ghcr.io/a@{DIGEST}"
    assert reference.with_tag("v2").full == "ghcr.io/a:v2"
    assert reference.version == "1"
    assert parse_reference("a").version == "latest"
    with pytest.raises(InputError, match="not an image tag"):
        reference.with_tag("no tag")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("python:3", "python"),
        ("library/python", "library/python"),
        ("docker.io/python:3", "library/python"),
        ("registry.k8s.io/coredns/coredns:v1", "coredns/coredns"),
        ("localhost:5000/x/y", "x/y"),
    ],
)
def test_names_below_a_registry(text: str, path: str) -> None:
    assert parse_below_registry(text).path == path
