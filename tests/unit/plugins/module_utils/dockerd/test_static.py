# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With archives whose engine is a script that says a version."""

from __future__ import annotations

import hashlib
import io
import tarfile
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import install as artifact
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.static import run


def archive(folder: Path, version: str) -> Path:
    path = folder / f"docker-{version}.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("dockerd", "runc"):
            text = f"#!/bin/sh\necho Docker version {version}, build 1\n".encode()
            member = tarfile.TarInfo(f"docker/{name}")
            member.size, member.mode = len(text), 0o755
            tar.addfile(member, io.BytesIO(text))
    return path


@pytest.fixture(autouse=True)
def _own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "STATE", str(tmp_path / "installed.json"))


def install(folder: Path, version: str, *, holds: str = "", check_mode: bool = False, **given: t.Any) -> Result:
    path = folder / f"docker-{holds or version}.tgz"
    if not path.exists():
        archive(folder, holds or version)
    params = {
        "state": "present",
        "url": f"file://{path}",
        "checksum": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(),
        "version": version,
        "directory": str(folder / "bin"),
        "store": str(folder / "store"),
        "allow_downgrade": False,
        "socket": str(folder / "no.sock"),
        **given,
    }
    return run(params, TaskContext(check_mode=check_mode))


def test_it_is_installed_once_upgraded_and_removed(tmp_path: Path) -> None:
    assert install(tmp_path, "26.1.5", check_mode=True)["changed"] and not (tmp_path / "store").exists()
    assert install(tmp_path, "26.1.5") == {"changed": True, "version_before": "", "version": "26.1.5"}
    assert install(tmp_path, "28.5.2")["version_before"] == "26.1.5"
    assert "28.5.2" in (tmp_path / "bin/dockerd").read_text()
    assert len(list((tmp_path / "store").iterdir())) == 1
    assert install(tmp_path, "28.5.2", state="absent")["changed"]
    assert list((tmp_path / "bin").iterdir()) == [] and not (tmp_path / "store").exists()
    assert not install(tmp_path, "28.5.2", state="absent")["changed"]


def test_the_second_run_changes_nothing(tmp_path: Path) -> None:
    assert install(tmp_path, "26.1.5")["changed"]
    assert not install(tmp_path, "26.1.5")["changed"]
    (tmp_path / "bin/dockerd").unlink()
    assert install(tmp_path, "26.1.5")["changed"]


def test_what_cannot_be_is_refused_and_the_old_engine_stays(tmp_path: Path) -> None:
    install(tmp_path, "28.5.2")
    with pytest.raises(InputError, match=r"the engine 28\.5\.2 is installed, and 26\.1\.5 is older"):
        install(tmp_path, "26.1.5")
    with pytest.raises(InputError, match=r"the archive holds the engine 28\.5\.3, not 29\.0\.0"):
        install(tmp_path, "29.0.0", holds="28.5.3")
    with pytest.raises(SlipwayError, match=r"has the SHA-256 .*, not 0000"):
        install(tmp_path, "29.0.0", checksum="sha256:" + "0" * 64)
    with pytest.raises(InputError, match="checksum 'abc': write the archive's"):
        install(tmp_path, "29.0.0", checksum="abc")
    assert "28.5.2" in (tmp_path / "bin/dockerd").read_text()
    assert install(tmp_path, "26.1.5", allow_downgrade=True)["changed"]


def test_a_program_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/runc").write_text("theirs")
    with pytest.raises(InputError, match="bin/runc is there and is none of ours"):
        install(tmp_path, "26.1.5")
