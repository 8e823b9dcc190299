# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import parse_dockerignore

NAMES = st.from_regex(r"[a-z.]{1,4}(/[a-z.]{1,4}){0,3}", fullmatch=True).filter(
    lambda path: not {"", ".", ".."} & set(path.split("/"))
)


@pytest.mark.parametrize(
    ("lines", "ignored", "kept"),
    [
        ("*.log", ["a.log"], ["dir/a.log", "a.logs", "log"]),
        ("**/*.log", ["a.log", "dir/a.log", "a/b/c.log"], ["a.log.txt"]),
        ("node_modules", ["node_modules", "node_modules/a/b"], ["src/node_modules"]),
        ("**/node_modules", ["node_modules/x", "a/b/node_modules/x"], ["node_modules2"]),
        ("/build/", ["build", "build/x"], ["a/build"]),
        ("./build/../out", ["out/x"], ["build"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a/zz", "z"]),
        ("**", ["a", "a/b"], []),
        ("*\n!keep.me", ["a", "a/keep.me"], ["keep.me"]),
        ("docs\n!docs/api", ["docs", "docs/x"], ["docs/api", "docs/api/y"]),
        ("docs\n!docs/api\ndocs/api/old", ["docs/api/old"], ["docs/api/new"]),
        ("!a\na", ["a"], []),
        ("temp?", ["temp1"], ["temp", "temp12", "temp/"]),
        ("[ab].txt", ["a.txt"], ["c.txt"]),
        ("# no.txt\n\n   \n  yes.txt  ", ["yes.txt"], ["no.txt", "# no.txt"]),
        (r"a\*b", ["a*b"], ["axb"]),
        ("a+b(c)$", ["a+b(c)$"], ["aab(c)$"]),
        ("\ufeffa.txt", ["a.txt"], []),
        ("! a\n", [], ["a"]),
        (" !keep", [], ["keep"]),
    ],
)
def test_lines(lines: str, ignored: list[str], kept: list[str]) -> None:
    ignore = parse_dockerignore(lines)
    assert [path for path in ignored if not ignore.ignores(path)] == []
    assert [path for path in kept if ignore.ignores(path)] == []


@given(st.lists(NAMES, max_size=5), NAMES)
def test_literal_lines_take_the_path_and_what_is_below(lines: list[str], path: str) -> None:
    parts = path.split("/")
    above = {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
    assert parse_dockerignore("\n".join(lines)).ignores(path) == bool(above & set(lines))


@given(st.lists(st.tuples(st.booleans(), NAMES), max_size=6), NAMES, NAMES)
def test_nothing_kept_is_below_a_pruned_folder(lines: list[tuple[bool, str]], folder: str, below: str) -> None:
    ignore = parse_dockerignore("\n".join(("!" if keeps else "") + name for keeps, name in lines))
    if ignore.ignores(folder) and ignore.patterns.hides(folder):
        assert ignore.ignores(f"{folder}/{below}")


@given(st.text(alphabet="ab*?/![]\\.# \n-", max_size=20), NAMES)
def test_any_text_is_read_or_refused(text: str, path: str) -> None:
    try:
        ignore = parse_dockerignore(text)
    except InputError:
        return
    assert ignore.ignores(path) in (True, False)
    if ignore.ignores(path) and ignore.patterns.hides(path):
        assert ignore.ignores(path + "/x")


def test_mistakes_name_their_line() -> None:
    with pytest.raises(InputError, match=r"ctx/\.dockerignore:2: '!' is not a pattern: '!' stands alone"):
        parse_dockerignore("a\n!\n", "ctx/.dockerignore")
    with pytest.raises(InputError, match=r"\.dockerignore:1: '\[a' is not a pattern"):
        parse_dockerignore("[a")
