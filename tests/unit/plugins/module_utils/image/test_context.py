# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket
import tempfile
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry, list_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerignore import Ignore
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import (
    LocalInputs,
    describe,
    packed_source,
    read_inputs,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import pack_context
from ansible_collections.slipway.deploy.plugins.module_utils.image.reach import ALL
from ansible_collections.slipway.deploy.plugins.module_utils.image.snapshot import Snapshot


def make(root: Path, files: t.Mapping[str, str]) -> Path:
    for name, text in {"Dockerfile": "FROM scratch\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def paths(inputs: LocalInputs) -> list[str]:
    return [entry.path for entry in inputs.entries]


def listed(root: Path) -> list[Entry]:
    return [entry._replace(stamp=()) for entry in list_context(root, Ignore())]


def digest(root: Path, **options: t.Any) -> str:
    return read_inputs(str(root), options.get("dockerfile", "Dockerfile")).select().context


def test_what_is_left_out_and_what_comes_back(tmp_path: Path) -> None:
    make(
        tmp_path, {"a/b.log": "", "a/keep.log": "", "c/d": "", ".dockerignore": "**/*.log\n!a/keep.log\nc\nDockerfile"}
    )
    assert paths(read_inputs(str(tmp_path), "Dockerfile").select()) == [".dockerignore", "a", "a/keep.log"]


def test_a_folder_that_is_left_out_is_there_for_what_is_kept_in_it(tmp_path: Path) -> None:
    make(tmp_path, {"docs/api/x": "", "docs/y": "", ".dockerignore": "docs\n!docs/api\n.dockerignore\nDockerfile"})
    assert paths(read_inputs(str(tmp_path), "Dockerfile").select()) == ["docs", "docs/api", "docs/api/x"]


def test_the_dockerfiles_own_ignore_file_goes_first(tmp_path: Path) -> None:
    make(
        tmp_path, {"a": "", "b": "", ".dockerignore": "a", "other.dockerignore": "b\n*ocker*\nother", "other": "FROM a"}
    )
    assert paths(read_inputs(str(tmp_path), "other").select()) == ["a"]


def test_every_change_counts(tmp_path: Path) -> None:
    make(tmp_path, {"a/x": "1", "b": "2"})
    (tmp_path / "link").symlink_to("b")
    seen = [digest(tmp_path)]
    (tmp_path / "b").write_text("3")
    seen.append(digest(tmp_path))
    (tmp_path / "b").chmod(0o755)
    seen.append(digest(tmp_path))
    (tmp_path / "a").chmod(0o700)
    seen.append(digest(tmp_path))
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("a")
    seen.append(digest(tmp_path))
    (tmp_path / "empty").mkdir()
    seen.append(digest(tmp_path))
    (tmp_path / "b").rename(tmp_path / "c")
    seen.append(digest(tmp_path))
    assert len(set(seen)) == len(seen)


def test_times_do_not_count(tmp_path: Path) -> None:
    make(tmp_path, {"a": "1"})
    before = digest(tmp_path)
    os.utime(tmp_path / "a", (1, 1))
    assert digest(tmp_path) == before


def test_links_are_not_followed_and_a_socket_is_an_empty_file(tmp_path: Path) -> None:
    make(tmp_path, {})
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "nowhere").symlink_to("/none")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "sock"))
        assert paths(read_inputs(str(tmp_path), "Dockerfile").select()) == ["Dockerfile", "loop", "nowhere", "sock"]


def test_pack_and_unpack(tmp_path: Path) -> None:
    context = make(tmp_path / "context", {"dir/x.sh": "#!", ".dockerignore": "Dockerfile\nno", "no": "", "ä ö": "é"})
    (context / "dir/x.sh").chmod(0o4711)
    (context / "link").symlink_to("/etc/passwd")
    os.mkfifo(context / "fifo", 0o640)
    (context / "read-only").mkdir()
    (context / "read-only/f").write_text("x")
    (context / "read-only").chmod(0o555)
    found = read_inputs(str(context), "Dockerfile").select()
    archives = [tmp_path / "1.tar.gz", tmp_path / "2.tar.gz"]
    for archive in archives:
        pack_context(found.root, found.entries, archive)
        os.utime(context / "dir/x.sh", (1, 1))
    assert archives[0].read_bytes() == archives[1].read_bytes()
    (tmp_path / "there").mkdir()
    (tmp_path / "copy").mkdir()
    there, _file = packed_source(describe(found, ALL, str(archives[0]))).select().snapshot(tmp_path / "there")
    copy, _file = found.snapshot(tmp_path / "copy")
    assert listed(there) == listed(copy) == [entry._replace(stamp=()) for entry in found.entries]
    for entry in found.entries:
        assert (there / entry.path).lstat().st_mtime_ns == (copy / entry.path).lstat().st_mtime_ns


def test_times_follow_from_content(tmp_path: Path) -> None:
    """BuildKit takes a file of the same path, size and time for unchanged: a stamp of the same length was not seen."""
    times = []
    for number, text in enumerate(["one", "two", "one"]):
        make(tmp_path / "here", {"stamp": text})
        (tmp_path / str(number)).mkdir()
        root, _file = read_inputs(str(tmp_path / "here"), "Dockerfile").select().snapshot(tmp_path / str(number))
        times.append((root / "stamp").stat().st_mtime_ns)
    assert times[0] == times[2] != times[1]
    assert 946684800 < times[0] / 1e9 < 1000000000


def test_the_name_follows_from_the_modes_of_folders(tmp_path: Path) -> None:
    """BuildKit does not see that one changed, as long as the context's folder has the name that it had."""
    here = make(tmp_path / "here", {"folder/a": "1", "b": "1"})

    def name() -> str:
        copy = Path(tempfile.mkdtemp(dir=tmp_path))
        return read_inputs(str(here), "Dockerfile").select().snapshot(copy)[0].name

    usual = name()
    (here / "b").write_text("2")
    (here / "b").chmod(0o600)
    (here / "more").mkdir(mode=0o755)
    assert name() == usual
    (here / "folder").chmod(0o700)
    closed = name()
    (here / "more").chmod(0o700)
    assert len({usual, closed, name()}) == 3
    (here / "more").chmod(0o755)
    assert name() == closed
    found = read_inputs(str(here), "Dockerfile").select()
    assert found.snapshot(Path(tempfile.mkdtemp(dir=tmp_path)), ["of another context"])[0].name != closed


def test_ignore_rules_are_not_applied_twice(tmp_path: Path) -> None:
    make(tmp_path / "here", {"a": "", ".dockerignore": "a", "x.dockerignore": "b", "x": "FROM scratch"})
    (tmp_path / "there").mkdir()
    root, dockerfile = read_inputs(str(tmp_path / "here"), "x").select().snapshot(tmp_path / "there")
    assert (root / "a").exists()
    assert read_inputs(str(root), str(dockerfile)).dockerfile == "FROM scratch"
    assert "a" in paths(read_inputs(str(root), str(dockerfile)).select())


def test_a_change_on_the_way_is_found(tmp_path: Path) -> None:
    context = make(tmp_path / "here", {"a": "1"})
    found = read_inputs(str(context), "Dockerfile").select()
    (context / "a").write_text("2")
    pack_context(found.root, found.entries, tmp_path / "p")
    for number, inputs in enumerate([found, packed_source(describe(found, ALL, str(tmp_path / "p"))).select()]):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(InputError, match="changed while they were copied"):
            inputs.snapshot(tmp_path / str(number))
    (context / "a").unlink()
    (tmp_path / "gone").mkdir()
    with pytest.raises(InputError, match="/a went away"):
        found.snapshot(tmp_path / "gone")
    with pytest.raises(InputError, match=r"Cannot pack the context .*/a"):
        pack_context(found.root, found.entries, tmp_path / "p")


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "..", "a//b"])
def test_no_way_out_of_a_snapshot(tmp_path: Path, name: str) -> None:
    snapshot = Snapshot(tmp_path / "s")
    with pytest.raises(InputError, match="leads out of it"):
        snapshot.add(Entry(name, "link", 0o777, "x"))


def test_bad_paths(tmp_path: Path) -> None:
    make(tmp_path, {"file": ""})
    with pytest.raises(InputError, match="There is no build context /none"):
        read_inputs("/none", "Dockerfile").select()
    with pytest.raises(InputError, match="file is not a directory"):
        read_inputs(str(tmp_path / "file"), "Dockerfile").select()
    with pytest.raises(InputError, match=r"There is no Dockerfile .*/x"):
        read_inputs(str(tmp_path), "x").select()
    (tmp_path / "Dockerfile").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_inputs(str(tmp_path), "Dockerfile").select()


@pytest.fixture
def open_folder() -> t.Iterator[Path]:
    """A folder that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_an_unreadable_file_is_named(open_folder: Path) -> None:
    (make(open_folder, {"secret": "x"}) / "secret").chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(InputError, match=r"Cannot read .*/secret \(Permission denied\)"):
            read_inputs(str(open_folder), "Dockerfile").select()
    finally:
        if root:
            os.seteuid(0)


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    make(tmp_path, {})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).write_text("x")
    assert digest(tmp_path).startswith("sha256:")
