# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The small rules of talking to a registry: challenges, waits, names."""

from __future__ import annotations

import socket
import ssl
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.challenge import parse_challenge
from ansible_collections.slipway.deploy.plugins.module_utils.registry.referrers import (
    belongs_to,
    cosign_tags,
    fallback_tag,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import Patience, asked_wait

PATHS = st.from_regex(r"[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8}){0,2}(?:/[a-z0-9]{1,8}){0,2}", fullmatch=True)
HOSTS = st.sampled_from(["docker.io", "ghcr.io", "registry1:5000", "localhost", "127.0.0.1:5000", "[::1]:5000"])
WORDS = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
DIGESTS = st.none() | st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


@given(HOSTS, PATHS, WORDS, DIGESTS)
def test_a_name_is_read_as_it_was_written(host: str, path: str, tag: t.Optional[str], digest: t.Optional[str]) -> None:
    text = f"{host}/{path}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    found = parse_reference(text)
    official = host == "docker.io" and "/" not in path
    assert (found.domain, found.path) == (host, f"library/{path}" if official else path)
    assert (found.tag, found.digest) == (tag, digest)
    assert parse_reference(found.full) == parse_reference(found.familiar) == found


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_a_clear_no(text: str) -> None:
    try:
        found = parse_reference(text)
    except InputError as exc:
        assert repr(text) in exc.message
    else:
        assert parse_reference(found.full) == found


@pytest.mark.parametrize(
    ("header", "scheme", "parameters"),
    [
        ('Basic realm="a, b=c"', "basic", {"realm": "a, b=c"}),
        (
            'Bearer realm="https://auth/token",service="reg",scope="repository:a:pull,push"',
            "bearer",
            {"realm": "https://auth/token", "service": "reg", "scope": "repository:a:pull,push"},
        ),
        ('Basic realm="x", Bearer realm="https://auth/token"', "bearer", {"realm": "https://auth/token"}),
        ('BASIC realm="x \\"y\\""', "basic", {"realm": 'x "y"'}),
        ("Negotiate", "negotiate", {}),
        ("", "", {}),
    ],
)
def test_challenges(header: str, scheme: str, parameters: dict[str, str]) -> None:
    found = parse_challenge(header)
    assert (found.scheme, dict(found.parameters)) == (scheme, parameters)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Mon, 02 Nov 2026 10:00:09 GMT", 9.0), ("Mon, 02 Nov 2020 10:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after(header: str, seconds: t.Optional[float]) -> None:
    assert asked_wait(header, now=1793613600.0) == seconds


def test_patience() -> None:
    patience = Patience(attempts=4, first_wait=1.0, longest_wait=3.0)
    waits = [patience.after_answer(503, None, attempt) for attempt in range(1, 5)]
    assert [low <= wait <= high for wait, low, high in zip(waits[:3], (0.5, 1.0, 1.5), (1.5, 3.0, 4.5), strict=True)]
    assert waits[3] is None
    assert patience.after_answer(404, None, 1) is None
    assert 30 <= (patience.after_answer(429, "30", 1) or 0) <= 31
    assert patience.after_answer(429, "61", 1) is None
    assert patience.after_break(ConnectionResetError(), 3) is not None
    # A server that is silent costs a whole timeout each time.
    assert patience.after_break(socket.timeout(), 1) is not None
    assert patience.after_break(socket.timeout(), 2) is None
    expired = ssl.SSLCertVerificationError(1, "x")
    expired.reason = "CERTIFICATE_VERIFY_FAILED"
    assert patience.after_break(expired, 1) is None


@given(st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True))
def test_tags_that_speak_of_a_digest(digest: str) -> None:
    assert {belongs_to(tag) for tag in (fallback_tag(digest), *cosign_tags(digest))} == {digest}


@pytest.mark.parametrize("tag", ["sha256-abc", "v1.sig", "latest", "sha256-" + "a" * 64 + ".zip"])
def test_tags_that_people_gave(tag: str) -> None:
    assert belongs_to(tag) is None
