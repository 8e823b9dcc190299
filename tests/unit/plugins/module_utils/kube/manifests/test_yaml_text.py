# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML text: documents, their lines, and what is refused with its line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.yaml_text import parse_documents

TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


def values(text: str) -> list[object]:
    return [d.value for d in parse_documents(text, "t.yml")]


@given(st.lists(TREES.filter(lambda tree: tree is not None), max_size=3))
def test_what_is_written_is_read(trees: list[object]) -> None:
    assert values(yaml.safe_dump_all(trees, default_style='"')) == trees


def test_quotes_blocks_and_tags_make_text() -> None:
    text = "a: 'on'\nb: \"1\"\nc: |\n  on\nd: !!str 5\ne: !!binary aGk=\nf: !!int '3'\n"
    assert values(text) == [{"a": "on", "b": "1", "c": "on\n", "d": "5", "e": "hi", "f": 3}]


def test_aliases_and_merges() -> None:
    text = "base: &b {x: 1, y2: 2}\none: {<<: *b, x: 9}\ntwo: {<<: [{x: 5}, *b]}\nthree: *b\n"
    (value,) = values(text)
    assert value == {
        "base": {"x": 1, "y2": 2},
        "one": {"x": 9, "y2": 2},
        "two": {"x": 5, "y2": 2},
        "three": {"x": 1, "y2": 2},
    }


def test_empty_documents_are_left_out() -> None:
    assert values("---\n# nothing\n---\na: 1\n---\n") == [{"a": 1}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1\nc: 2\n", r"t\.yml:3: this is not YAML: "),
        ("a: 1\nb: 2\na: 3\n", r"t\.yml:3: the key 'a' is here twice"),
        ("x: 1\ntrue: 1\n'true': 2\n", r"t\.yml:3: the key 'true' is here twice"),
        ("a: 1\n---\nb: {c: 1,\n  c: 2}\n", r"t\.yml:4: the key 'c' is here twice"),
        ("a: &x\n  b: *x\n", r"t\.yml:1: an alias refers to what it is part of"),
        ("a: 1\nb: !vault x\n", r"t\.yml:2: the tag !vault has no meaning"),
        ("a: .nan\n", r"t\.yml:1: .*JSON"),
        ("[1]: 2\n", r"t\.yml:1: a key must be a single value"),
        ("~: 2\n", r"t\.yml:1: null cannot be a key"),
        ("<<: 5\n", r"t\.yml:1: only mappings can be merged"),
        ("a: \x00\n", r"t\.yml"),
    ],
)
def test_refused_with_the_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        values(text)


def test_aliases_of_aliases_do_not_fill_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(InputError, match=r"t\.yml:\d+: aliases make this text too large\."):
        values("\n".join(lines) + "\n")


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(InputError, match=r"t\.yml: the text is nested too deeply\."):
        values("[" * 5000 + "]" * 5000)
