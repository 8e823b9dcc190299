# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import (
    ProjectFiles,
    check_names,
    render_env,
)


def test_the_env_file_keeps_values_literal() -> None:
    text = render_env({"B": "a b$c", "A": 'it\'s\n"two" $lines\\'})
    assert text == 'A="it\'s\\n\\"two\\" \\$lines\\\\"\nB=\'a b$c\'\n'


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), st.text(alphabet="ab'\"\\$ \n#=", max_size=20)))
def test_one_line_a_variable(env: dict[str, str]) -> None:
    assert len(render_env(env).splitlines()) == len(env)


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        ("Visits", ProjectFiles("x"), "project_name 'Visits'"),
        ("visits", ProjectFiles("x", env={"A B": "1"}), "env: 'A B'"),
        ("visits", ProjectFiles("x", secrets={"../x": "1"}), "secrets: '../x'"),
    ],
)
def test_names_that_cannot_work(name: str, files: ProjectFiles, message: str) -> None:
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        check_names(name, files)


def test_the_digest_is_of_the_content() -> None:
    one = ProjectFiles("x", {"A": "1", "B": "2"}, {"s": "v"})
    assert one.digest() == ProjectFiles("x", {"B": "2", "A": "1"}, {"s": "v"}).digest()
    assert one.digest() != ProjectFiles("x", {"B": "2", "A": "1"}, {"s": "w"}).digest()
