# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import stat
import tarfile
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.download import ChecksumError
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.install import SPEC, run
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.artifact.conftest import Site


def archive(files: t.Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return stream.getvalue()


class Host:
    """A host whose files are below a folder."""

    def __init__(self, site: Site, root: Path) -> None:
        self.site, self.root = site, root

    def install(self, *items: t.Mapping[str, t.Any], check: bool = False) -> list[str]:
        args = {"base_url": self.site.url, "state_file": str(self.root / "state.json"), "items": list(items)}
        checked = ArgumentSpecValidator(SPEC["argument_spec"]).validate(args)
        assert not checked.error_messages
        result = run(checked.validated_parameters, TaskContext(check_mode=check))
        assert result["changed"] == bool(result["installed"])
        return [str(Path(path).relative_to(self.root)) for path in result["installed"]]


@pytest.fixture
def host(site: Site, tmp_path: Path) -> Host:
    return Host(site, tmp_path / "host")


def test_a_file_is_installed_once(host: Host) -> None:
    item = {"url": "a/kubelet", "sha256": host.site.add("a/kubelet", b"v1"), "dest": str(host.root / "bin/kubelet")}
    assert host.install(item, check=True) == ["bin/kubelet"]
    assert not host.root.exists()
    assert host.install(item) == ["bin/kubelet"]
    assert (host.root / "bin/kubelet").read_bytes() == b"v1"
    assert stat.S_IMODE((host.root / "bin/kubelet").stat().st_mode) == 0o755
    asked = len(host.site.log)
    assert host.install(item) == host.install(item, check=True) == []
    assert len(host.site.log) == asked
    assert [path.name for path in (host.root / "bin").iterdir()] == ["kubelet"]


def test_a_changed_file_and_a_changed_mode_are_put_right(host: Host) -> None:
    target = host.root / "bin/kubelet"
    item = {"url": "kubelet", "sha256": host.site.add("kubelet", b"v1"), "dest": str(target)}
    host.install(item)
    target.write_bytes(b"v2")
    assert host.install(item) == ["bin/kubelet"]
    assert target.read_bytes() == b"v1"
    target.chmod(0o600)
    assert host.install(item, check=True) == ["bin/kubelet"]
    assert host.install(item) == ["bin/kubelet"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o755
    assert len(host.site.log) == 2


def test_without_its_memory_the_host_reads_the_content(host: Host) -> None:
    item = {"url": "kubelet", "sha256": host.site.add("kubelet", b"v1"), "dest": str(host.root / "kubelet")}
    host.install(item)
    (host.root / "state.json").write_text("half a fi")
    assert host.install(item) == []


def test_an_archive_is_unpacked_without_its_first_folders(host: Host) -> None:
    content = archive({"./bin/containerd": b"c", "bin/ctr": b"t"})
    item = {"url": "c.tgz", "sha256": host.site.add("c.tgz", content), "unpack_to": str(host.root / "bin"), "strip": 1}
    assert host.install(item, check=True) == ["bin"]
    assert host.install(item) == ["bin/containerd", "bin/ctr"]
    assert host.install(item) == []
    (host.root / "bin/ctr").unlink()
    assert host.install(item, check=True) == ["bin"]
    assert host.install(item) == ["bin/containerd", "bin/ctr"]
    assert sorted(path.name for path in (host.root / "bin").iterdir()) == ["containerd", "ctr"]


def test_one_file_of_an_archive(host: Host) -> None:
    content = archive({"flannel-amd64": b"f", "LICENSE": b"l"})
    item = {"url": "f.tgz", "sha256": host.site.add("f.tgz", content), "dest": str(host.root / "cni/flannel")}
    item["member"] = "flannel-amd64"
    assert host.install(item) == ["cni/flannel"]
    assert host.install(item) == []
    assert [path.name for path in (host.root / "cni").iterdir()] == ["flannel"]


def test_a_new_version_of_an_archive(host: Host) -> None:
    target = str(host.root / "bin")
    host.install({"url": "1.tgz", "sha256": host.site.add("1.tgz", archive({"a": b"1"})), "unpack_to": target})
    new = {"url": "2.tgz", "sha256": host.site.add("2.tgz", archive({"a": b"2"})), "unpack_to": target}
    assert host.install(new) == ["bin/a"]
    assert host.install(new) == []


def test_what_is_not_what_it_should_be_is_not_installed(host: Host) -> None:
    host.site.add("kubelet", b"tampered")
    target = host.root / "bin/kubelet"
    with pytest.raises(ChecksumError, match=r"kubelet has the SHA-256 .*, not 0000"):
        host.install({"url": "kubelet", "sha256": "0" * 64, "dest": str(target)})
    assert list(target.parent.iterdir()) == []


def test_what_is_not_there_is_named(host: Host) -> None:
    with pytest.raises(TransportError, match=r"/none cannot be downloaded: HTTP Error 404"):
        host.install({"url": "none", "sha256": "0" * 64, "dest": str(host.root / "x")})


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil"])
def test_an_archive_cannot_leave_its_folder(host: Host, name: str) -> None:
    item = {"url": "e.tgz", "sha256": host.site.add("e.tgz", archive({name: b"x"})), "unpack_to": str(host.root / "d")}
    with pytest.raises(SlipwayError, match="leads out of its folder: it is not unpacked"):
        host.install(item)
    assert not list(host.root.rglob("evil"))


def test_links_in_an_archive_are_not_made(host: Host) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(info)
        made.addfile(tarfile.TarInfo("file"))
    item = {"url": "l.tar", "sha256": host.site.add("l.tar", stream.getvalue()), "unpack_to": str(host.root / "d")}
    assert host.install(item) == ["d/file"]


def test_a_member_that_is_not_there_is_named_with_those_that_are(host: Host) -> None:
    item = {"url": "f.tgz", "sha256": host.site.add("f.tgz", archive({"a": b""})), "member": "b"}
    with pytest.raises(InputError, match="has no b; it has a"):
        host.install({**item, "dest": str(host.root / "x")})


def test_what_is_no_archive_is_named(host: Host) -> None:
    item = {"url": "f.tgz", "sha256": host.site.add("f.tgz", b"<html>"), "unpack_to": str(host.root / "d")}
    with pytest.raises(SlipwayError, match="is no tar archive that can be read"):
        host.install(item)


def test_a_killed_run_leaves_nothing_in_the_way(host: Host) -> None:
    left = host.root / "bin/.slipway-abc"
    left.mkdir(parents=True)
    (left / "download").write_text("half")
    item = {"url": "kubelet", "sha256": host.site.add("kubelet", b"v1"), "dest": str(host.root / "bin/kubelet")}
    host.install(item)
    assert not left.exists()


def test_what_was_installed_before_an_error_is_remembered(host: Host) -> None:
    good = {"url": "a", "sha256": host.site.add("a", b"1"), "dest": str(host.root / "a")}
    bad = {"url": "b", "sha256": "0" * 64, "dest": str(host.root / "b")}
    with pytest.raises(SlipwayError):
        host.install(good, bad)
    assert host.install(good) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sha256": "abc"}, "item 1 .* has the sha256 'abc': 64 hex digits"),
        ({"mode": "rwx"}, "item 1 .* has the mode 'rwx'"),
        ({"dest": "bin/x"}, "goes to bin/x: write an absolute path"),
    ],
)
def test_bad_items_are_named_before_anything_happens(host: Host, change: dict[str, str], sentence: str) -> None:
    item = {"url": "a", "sha256": "0" * 64, "dest": "/x"}
    with pytest.raises(InputError, match=sentence):
        host.install({**item, **change})
    assert host.site.log == []


def test_the_official_sites_are_the_default() -> None:
    checked = ArgumentSpecValidator(SPEC["argument_spec"]).validate({"items": []})
    assert checked.validated_parameters["base_url"] == "https://"
