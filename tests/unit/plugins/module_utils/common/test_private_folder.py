# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder

HOLD = """
import sys, time
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
with private_folder("slipway-held-") as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def age(folder: Path) -> None:
    os.utime(folder, (time.time() - 1000, time.time() - 1000))


def test_what_a_killed_run_left_is_removed_and_what_is_used_is_not(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        held = Path(process.stdout.readline().strip())
        age(held)
        with private_folder("slipway-held-"):
            assert held.is_dir()
        process.kill()
        process.wait()
    with private_folder("slipway-held-"):
        assert not held.exists()
    assert list(tmp_path.iterdir()) == []


def test_read_only_folders_in_it_go_too() -> None:
    with private_folder("slipway-ro-") as folder:
        (folder / "a/b").mkdir(parents=True)
        (folder / "a").chmod(0o500)
    assert not folder.exists()
