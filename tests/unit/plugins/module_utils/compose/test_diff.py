# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.compose.diff import diff_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import ProjectFiles

ONE = ProjectFiles("services: {}\n", {"A": "1"}, {"token": "kept-secret-one"})
TWO = ProjectFiles("services: {}\n", {"A": "1"}, {"token": "kept-secret-two"})


def test_what_is_equal_looks_equal() -> None:
    diff = diff_of(ONE.as_files(), ONE)
    assert diff["before"] == diff["after"]


def test_a_secret_shows_that_it_changes_and_not_what_it_is() -> None:
    diff = diff_of(ONE.as_files(), TWO)
    assert diff["before"] != diff["after"]
    assert "kept-secret" not in diff["before"] + diff["after"]


def test_a_first_release_has_nothing_before() -> None:
    assert diff_of({}, ONE)["before"] == ""
