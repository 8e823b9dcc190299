# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML scalars, as kubectl 1.37 read them when this table was made."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.scalars import key_text, read_plain

AS_KUBECTL = [
    ("y", True),
    ("n", False),
    ("Yes", True),
    ("off", False),
    ("TRUE", True),
    ("yEs", "yEs"),
    ("~", None),
    ("", None),
    ("NULL", None),
    ("nil", "nil"),
    ("0", 0),
    ("+5", 5),
    ("-7", -7),
    ("010", 8),
    ("08", 8),
    ("0o17", 15),
    ("0x1F", 31),
    ("0b11", 3),
    ("-0b11", -3),
    ("1_000", 1000),
    ("_1", "_1"),
    ("1:30", "1:30"),
    ("1e3", 1000),
    ("1.0", 1),
    ("1.5", 1.5),
    (".5", 0.5),
    ("+.5", 0.5),
    ("5.", 5),
    ("1e-7", 1e-7),
    ("1e400", "1e400"),
    ("18446744073709551615", 18446744073709551615),
    ("2020-01-01", "2020-01-01"),
    ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ("1.2.3", "1.2.3"),
    ("+", "+"),
    (".", "."),
    ("=", "="),
]


@pytest.mark.parametrize(("text", "value"), AS_KUBECTL)
def test_plain_scalars_are_read_as_kubectl_reads_them(text: str, value: object) -> None:
    read = read_plain(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NaN"])
def test_what_json_lacks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        read_plain(text)


@pytest.mark.parametrize(("value", "key"), [(True, "true"), (False, "false"), (8080, "8080"), ("a", "a")])
def test_keys_are_strings(value: object, key: str) -> None:
    assert key_text(value) == key


def test_null_is_no_key() -> None:
    with pytest.raises(ValueError, match="null"):
        key_text(None)


@given(st.text(alphabet="0123456789abxoeEn+-._:", max_size=12))
def test_any_text_has_a_value_that_json_holds(text: str) -> None:
    try:
        value = read_plain(text)
    except ValueError:
        return
    json.dumps(value, allow_nan=False)
