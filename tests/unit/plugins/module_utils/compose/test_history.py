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
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import ProjectDir, Wish

V1 = Wish({"services": {"a": {"image": "x@sha256:1", "depends_on": {}}}}, {"x": "x@sha256:1"}, {"f": "t"})
V2 = Wish({"services": {}})


def test_a_release_comes_back_as_it_was(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.record(V1, "v1", DEPLOYED, "", keep=10)
    place.record(V2, "v2", FAILED, "it died", keep=10)
    first, second = place.releases()
    assert first.wish == V1
    assert (second.revision, second.status, second.reason, second.wish) == (2, FAILED, "it died", Wish())
    assert last_deployed(place.releases()) == first


def test_the_history_is_bounded_but_keeps_the_last_good_one(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.record(V1, "v1", DEPLOYED, "", keep=2)
    for number in range(3):
        place.record(V2, f"bad{number}", FAILED, "", keep=2)
    assert [r.version for r in place.releases()] == ["v1", "bad1", "bad2"]


def test_a_run_that_did_not_end_is_known(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    place.begin(V1)
    assert place.interrupted() and place.live() == V1.runnable()
    assert "depends_on" not in V1.runnable()
    assert stat.S_IMODE(place.compose_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.own.stat().st_mode) == 0o700
    place.end()
    assert not place.interrupted()


def test_nothing_of_ours_stays(tmp_path: Path) -> None:
    place = ProjectDir(tmp_path)
    (tmp_path / "data").mkdir()
    place.begin(V1)
    assert place.forget() and not place.forget()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
