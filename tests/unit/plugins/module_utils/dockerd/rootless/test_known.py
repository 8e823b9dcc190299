# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.known import forget, known, remember


def test_what_is_ours_is_remembered_and_forgotten(tmp_path: Path) -> None:
    note = tmp_path / "var/note.json"
    remember("anna", True, note)
    remember("anna", False, note)
    remember("bert", False, note)
    assert known(note) == {"anna": True, "bert": False}
    forget("anna", note)
    assert known(note) == {"bert": False}
    forget("bert", note)
    assert not note.exists()
    forget("bert", note)


@pytest.mark.parametrize("text", ["", "{", "[1]"])
def test_a_note_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "note").write_text(text)
    assert known(tmp_path / "note") == {}
