# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.compose.diff import diff_of, shown_env, shown_file
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import Action
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import signer

sign = signer("k")


def test_what_is_equal_looks_equal() -> None:
    diff = diff_of({"a": "1\n"}, {"a": "1\n"}, [Action("web", "p-web-1", "unchanged", "as asked")])
    assert diff["before"] == diff["after"]


def test_containers_are_told_one_by_one() -> None:
    actions = [
        Action("web", "p-web-1", "recreate", "command changed"),
        Action("web", "p-web-2", "create", "scale"),
        Action("old", "p-old-1", "remove", "gone"),
    ]
    diff = diff_of({}, {}, actions)
    assert diff["before"] == "--- containers\np-web-1: as it is\np-old-1: as it is\n"
    assert diff["after"] == "--- containers\np-web-1: replaced (command changed)\np-web-2: created (scale)\n"


def test_values_of_env_files_and_secrets_are_hidden_but_seen_to_change() -> None:
    one, two = shown_env("# who\nA=hunter2\nB\n", sign), shown_env("# who\nA=hunter3\nB\n", sign)
    assert one != two and "hunter" not in one
    assert one.startswith("# who\nA=(hidden, ") and one.endswith("\nB\n")
    assert shown_file(b"hunter2", sign, secret=True) != shown_file(b"hunter3", sign, secret=True)
    assert "hunter" not in shown_file(b"hunter2", sign, secret=True)
    assert shown_file(b"text", sign, secret=False) == "text"
    assert shown_file(b"\xff\xfe", sign, secret=False).startswith("(2 bytes, ")
