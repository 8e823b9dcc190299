# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import (
    BroughtFile,
    Unit,
    keep,
    key_at,
    signer,
    sweep,
)

sign = signer("k")


def test_the_name_is_the_content_and_does_not_tell_it(tmp_path: Path) -> None:
    one, two = (Unit("token", {"": BroughtFile(text)}) for text in (b"hunter2", b"hunter3"))
    assert one.path("/s", sign) != two.path("/s", sign)
    assert one.path("/s", sign) != one.path("/s", signer("another host's"))
    assert "hunter" not in one.path("/s", sign)
    keep([one, two, one], tmp_path / "s", sign)
    assert Path(one.path(str(tmp_path / "s"), sign)).read_bytes() == b"hunter2"
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_a_directory_is_one_unit(tmp_path: Path) -> None:
    unit = Unit("html", {"index.html": BroughtFile(b"hi"), "cgi/run": BroughtFile(b"#!", True)})
    keep([unit], tmp_path, sign)
    root = Path(unit.path(str(tmp_path), sign))
    assert (root / "index.html").read_bytes() == b"hi"
    assert stat.S_IMODE((root / "cgi/run").stat().st_mode) == 0o555
    assert stat.S_IMODE((root / "cgi").stat().st_mode) == 0o755


def test_what_no_release_names_goes(tmp_path: Path) -> None:
    kept, gone = (Unit("f", {"": BroughtFile(text)}) for text in (b"1", b"2"))
    keep([kept, gone], tmp_path, sign)
    (tmp_path / ".new-killed").mkdir()
    sweep(tmp_path, [f'"file": "{kept.path("/s", sign)}"'])
    assert [path.name for path in tmp_path.iterdir()] == [kept.key(sign)]


def test_the_key_stays(tmp_path: Path) -> None:
    path = tmp_path / "own/key"
    assert key_at(path, create=False) != key_at(path, create=False)
    assert key_at(path, create=True) == key_at(path, create=True)
