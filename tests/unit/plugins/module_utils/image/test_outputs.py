# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image import outputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.outputs import FileOutput


def stage(output: FileOutput, text: str) -> None:
    outputs.clear_stage(output)
    if output.type == "local":
        output.staged.mkdir()
        (output.staged / "page").write_text(text)
    else:
        output.staged.write_text(text)


@pytest.mark.parametrize("kind", ["local", "tar"])
def test_a_file_is_current_until_it_or_its_inputs_change(tmp_path: Path, kind: str) -> None:
    output = FileOutput(kind, tmp_path / "out")
    outputs.check_place(output)
    assert not outputs.is_current(output, "f1")
    stage(output, "one")
    outputs.place(output, "f1")
    assert outputs.is_current(output, "f1")
    assert not outputs.is_current(output, "f2")
    (output.dest / "page" if kind == "local" else output.dest).write_text("changed by hand")
    assert not outputs.is_current(output, "f1")
    outputs.check_place(output)
    stage(output, "two")
    outputs.place(output, "f2")
    assert outputs.is_current(output, "f2")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.slipway", "out"]


def test_a_killed_run_leaves_a_folder_that_the_next_may_replace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = FileOutput("local", tmp_path / "out")
    stage(output, "one")
    outputs.place(output, "f1")
    stage(output, "two")

    def killed(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            outputs.place(output, "f2")
    assert not outputs.is_current(output, "f1")
    outputs.check_place(output)
    stage(output, "two")
    outputs.place(output, "f2")
    assert outputs.is_current(output, "f2")


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("tar", "none/x.tar", "there is no folder .*/none for x.tar: make it first"),
        ("oci", "full", "full is a folder: name a file for type oci"),
        ("local", "file", "file is not a folder, which type local makes"),
        ("local", "full", "full has files that no build has made: give a folder of its own, or empty it"),
    ],
)
def test_nothing_of_others_is_replaced(tmp_path: Path, kind: str, name: str, says: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "theirs").touch()
    with pytest.raises(InputError, match=says):
        outputs.check_place(FileOutput(kind, tmp_path / name))
