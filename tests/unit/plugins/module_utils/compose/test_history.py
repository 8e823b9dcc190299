# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    FAILED,
    last_deployed,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import (
    ProjectDir,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import ProjectFiles

V1 = ProjectFiles("services: {}", {"A": "1"}, {"password": "one"})
V2 = ProjectFiles("services: {}", {"A": "2"}, {"token": "two"})


def test_a_release_comes_back_as_it_was(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.record(V1, "v1", DEPLOYED, "", keep=10)
    place.record(V2, "v2", FAILED, "it died", keep=10)
    first, second = place.releases()
    assert first.project_files() == V1
    assert (second.revision, second.status, second.reason, second.files) == (2, FAILED, "it died", {})
    assert last_deployed(place.releases()) == first


def test_the_history_is_bounded_but_keeps_the_last_good_one(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.record(V1, "v1", DEPLOYED, "", keep=2)
    for number in range(3):
        place.record(V2, f"bad{number}", FAILED, "", keep=2)
    assert [r.version for r in place.releases()] == ["v1", "bad1", "bad2"]


def test_placing_replaces_secrets_and_keeps_them_from_other_users(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.place(V1)
    place.place(V2)
    assert place.live() == V2.as_files()
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_what_a_killed_run_staged_is_removed(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    left = place.stage(V1)
    place.clear_staging()
    assert not left.exists()
    staged = place.stage(V2)
    assert place.stage(V1) != staged
    assert (staged / "compose.yml").read_text() == V2.compose
