# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import FoundFile, WantedFile, compare, parse
from ansible_collections.slipway.deploy.plugins.module_utils.host.write_files import HOST_FILES

DEFAULTS = {
    "content": None,
    "mode": "0644",
    "owner": None,
    "group": None,
    "state": "present",
    "keep": False,
    "previous": False,
}


def entry(dest: Path | str, **given: object) -> dict[str, object]:
    return {**DEFAULTS, "validate": None, "dest": str(dest), **given}


def run(*files: dict[str, object], check_mode: bool = False, diff: bool = True) -> dict[str, object]:
    context = TaskContext(check_mode=check_mode, diff=diff, env=dict(os.environ))
    return HOST_FILES.run({"files": list(files)}, context)


def test_many_files_are_made_with_their_directories_and_then_left_alone(tmp_path: Path) -> None:
    wanted = [entry(tmp_path / "a/b/one", content="1\n"), entry(tmp_path / "two", content="2\n", mode="0600")]
    first = run(*wanted)
    assert first["changed"] and len(first["changed_files"]) == 2
    assert (tmp_path / "a/b/one").read_text() == "1\n"
    assert stat.S_IMODE((tmp_path / "two").stat().st_mode) == 0o600
    inode = (tmp_path / "two").stat().st_ino
    assert run(*wanted) == {
        "changed": False,
        "changed_files": [],
        "diff": [],
        "files": [{"dest": w["dest"], "changed": False, "what": []} for w in wanted],
    }
    assert (tmp_path / "two").stat().st_ino == inode


def test_check_mode_predicts_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old\n")
    wanted = [
        entry(tmp_path / "old", content="new\n"),
        entry(tmp_path / "new", content="x"),
        entry(tmp_path / "not-there", state="absent"),
    ]
    predicted = run(*wanted, check_mode=True)
    assert (tmp_path / "old").read_text() == "old\n"
    assert not (tmp_path / "new").exists()
    assert run(*wanted) == predicted


def test_only_the_mode_is_put_right_where_the_content_is(tmp_path: Path) -> None:
    target = tmp_path / "key"
    target.write_text("same")
    target.chmod(0o644)
    inode = target.stat().st_ino
    result = run(entry(target, content="same", mode="0600"))
    assert result["files"] == [{"dest": str(target), "changed": True, "what": ["mode"]}]
    assert target.stat().st_ino == inode and stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_kept_file_keeps_its_content(tmp_path: Path) -> None:
    target = tmp_path / "key"
    assert run(entry(target, content="first", keep=True))["changed"]
    assert not run(entry(target, content="second", keep=True))["changed"]
    assert target.read_text() == "first"


def test_a_file_goes_away(tmp_path: Path) -> None:
    target = tmp_path / "gone"
    target.write_text("x")
    assert run(entry(target, state="absent"))["files"][0]["what"] == ["removed"]
    assert not target.exists()
    assert not run(entry(target, state="absent"))["changed"]


def test_content_that_is_not_valid_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text("good\n")
    with pytest.raises(SlipwayError, match="left as it was"):
        run(entry(target, content="bad\n", validate="grep -q good %s"))
    assert target.read_text() == "good\n"
    assert list(tmp_path.iterdir()) == [target]
    assert run(entry(target, content="good too\n", validate="grep -q good %s"))["changed"]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("old")
    link = tmp_path / "link"
    link.symlink_to(real)
    run(entry(link, content="new"))
    assert link.is_symlink() and real.read_text() == "new"


def test_the_file_before_can_be_put_back(tmp_path: Path) -> None:
    target = tmp_path / "config"
    run(entry(target, content="one", mode="0600", previous=True))
    assert not disk.put_back(str(target))
    run(entry(target, content="two", previous=True))
    run(entry(target, content="three", previous=True))
    assert disk.put_back(str(target))
    assert target.read_text() == "two"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    old, young = tmp_path / ".config.slipway-old", tmp_path / ".config.slipway-young"
    old.write_text("x")
    young.write_text("x")
    os.utime(old, (1, 1))
    run(entry(tmp_path / "config", content="y"))
    assert not old.exists() and young.exists()


def test_secrets_are_in_no_diff(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_text("old-secret")
    target.chmod(0o600)
    for mode in ("0600", "0644"):
        shown = str(run(entry(target, content="new-secret", mode=mode), check_mode=True))
        assert "secret\n" not in shown and "old-secret" not in shown and "new-secret" not in shown
    assert "files" in HOST_FILES.hide


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([entry("relative", content="")], "absolute path"),
        ([entry("/a")], "give content"),
        ([entry("/a", content="", mode="rw")], "octal"),
        ([entry("/a", content="", validate="true")], "%s"),
        ([entry("/a", content=""), entry("/a", content="")], "listed twice"),
    ],
)
def test_bad_input_is_one_sentence(items: list[dict[str, object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(items)


def test_a_directory_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        run(entry(tmp_path, content=""))


def test_an_unknown_owner(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no user 'nobody-at-all'"):
        run(entry(tmp_path / "a", content="", owner="nobody-at-all"))
    assert list(tmp_path.iterdir()) == []


@given(content=st.binary(), found=st.binary(), mode=st.sampled_from([0o600, 0o644]), keep=st.booleans())
def test_nothing_is_to_do_exactly_when_all_is_as_wanted(content: bytes, found: bytes, mode: int, keep: bool) -> None:
    wanted = WantedFile("/x", content, mode=0o644, keep=keep)
    change = compare(wanted, FoundFile(found, mode, "root", "root"))
    assert change.changed is not (mode == 0o644 and (keep or content == found))
