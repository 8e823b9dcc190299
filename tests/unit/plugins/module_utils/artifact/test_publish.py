# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.publish import run
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext


def publish(root: Path, files: t.Mapping[str, bytes], incoming: Path | None = None, check: bool = False) -> list[str]:
    params = {
        "files": [{"path": path, "sha256": hashlib.sha256(content).hexdigest()} for path, content in files.items()],
        "root": str(root / "www"),
        "incoming": str(incoming) if incoming else None,
        "state_file": str(root / "state.json"),
    }
    result = run(params, TaskContext(check_mode=check))
    assert result["changed"] == bool(result["published"])
    return list(result["published"])


def send(folder: Path, *contents: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for content in contents:
        (folder / hashlib.sha256(content).hexdigest()).write_bytes(content)
    return folder


def test_asked_sent_moved_and_then_nothing(tmp_path: Path) -> None:
    files = {"dl.k8s.io/a/kubelet": b"k", "github.com/b/c.tgz": b"c"}
    assert publish(tmp_path, files) == publish(tmp_path, files, check=True) == list(files)
    assert not (tmp_path / "www").exists()
    incoming = send(tmp_path / "incoming", b"k", b"c")
    assert publish(tmp_path, files, incoming) == list(files)
    assert (tmp_path / "www/dl.k8s.io/a/kubelet").read_bytes() == b"k"
    assert stat.S_IMODE((tmp_path / "www/dl.k8s.io/a/kubelet").stat().st_mode) == 0o644
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o755 for path in (tmp_path / "www").rglob("*") if path.is_dir())
    assert publish(tmp_path, files) == []
    assert list(incoming.iterdir()) == []


def test_only_what_changed_is_asked_for(tmp_path: Path) -> None:
    publish(tmp_path, {"a": b"1", "b": b"2"}, send(tmp_path / "incoming", b"1", b"2"))
    assert publish(tmp_path, {"a": b"1", "b": b"3"}) == ["b"]
    (tmp_path / "www/a").write_bytes(b"x")
    assert publish(tmp_path, {"a": b"1", "b": b"2"}) == ["a"]


def test_what_arrives_broken_is_not_moved_in(tmp_path: Path) -> None:
    incoming = send(tmp_path / "incoming", b"good")
    next(incoming.iterdir()).write_bytes(b"half")
    with pytest.raises(SlipwayError, match="a arrived with the SHA-256"):
        publish(tmp_path, {"a": b"good"}, incoming)
    assert list((tmp_path / "www").iterdir()) == []


def test_what_a_killed_run_left_goes_away(tmp_path: Path) -> None:
    left = tmp_path / "www/d/.incoming-x"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    publish(tmp_path, {"d/a": b"1"}, send(tmp_path / "incoming", b"1"))
    assert [path.name for path in left.parent.iterdir()] == ["a"]


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x"])
def test_nothing_is_written_outside_the_root(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="write a path below the document root"):
        publish(tmp_path, {path: b"x"})
