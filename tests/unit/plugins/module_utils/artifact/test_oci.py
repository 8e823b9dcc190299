# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import oci
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.oci import Entry


def build(folder: Path, when: int, order: int = 1) -> Path:
    folder.mkdir()
    program = folder / "program"
    program.write_bytes(b"x" * 100_000)
    os.utime(program, (when, when))
    entries = [*oci.SKELETON, Entry("bin/program", source=program, bind_low_ports=True), Entry("sh", target="bin/sh")]
    layer = oci.write_layer(entries[::order], folder / "layer")
    configuration = oci.config([layer], "amd64", entrypoint=("/bin/program",), user="1:1")
    oci.write_image(folder / "image", "registry.k8s.io/x:v1", [layer], configuration, "amd64")
    return folder / "image"


def members(path: Path) -> dict[str, t.Any]:
    with tarfile.open(path) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive if one.isfile()}  # type: ignore[union-attr]


def test_the_same_files_are_the_same_image(tmp_path: Path) -> None:
    first = build(tmp_path / "a", when=1)
    second = build(tmp_path / "b", when=2_000_000_000, order=-1)
    assert first.read_bytes() == second.read_bytes()


def test_every_blob_has_its_digest_and_every_digest_its_blob(tmp_path: Path) -> None:
    content = members(build(tmp_path / "a", when=1))
    blobs = {name.rpartition("/")[2]: blob for name, blob in content.items() if name.startswith("blobs/sha256/")}
    assert all(hashlib.sha256(blob).hexdigest() == name for name, blob in blobs.items())
    entry = json.loads(content["index.json"])["manifests"][0]
    manifest = json.loads(blobs[entry["digest"][7:]])
    named = [manifest["config"], *manifest["layers"]]
    assert {one["digest"][7:] for one in named} | {entry["digest"][7:]} == set(blobs)
    assert all(one["size"] == len(blobs[one["digest"][7:]]) for one in [*named, entry])
    configuration = json.loads(blobs[manifest["config"]["digest"][7:]])
    unpacked = gzip.decompress(blobs[manifest["layers"][0]["digest"][7:]])
    assert configuration["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(unpacked).hexdigest()]
    assert configuration["config"]["User"] == "1:1"


def test_a_layer_has_folders_links_and_capabilities(tmp_path: Path) -> None:
    build(tmp_path / "a", when=1)
    with tarfile.open(tmp_path / "a" / "layer") as layer:
        found = {one.name: one for one in layer}
    assert found["bin"].isdir()
    assert found["tmp"].mode == 0o1777
    assert found["sh"].linkname == "bin/sh"
    capability = found["bin/program"].pax_headers["SCHILY.xattr.security.capability"].encode()
    # revision 2 and effective; CAP_NET_BIND_SERVICE is bit 10 of the permitted ones
    assert (int.from_bytes(capability[:4], "little"), int.from_bytes(capability[4:8], "little")) == (
        0x02000001,
        1 << 10,
    )
    assert len(capability) == 20
    assert all(one.mtime == 0 and one.uid == 0 for one in found.values())


def test_a_layer_reads_as_it_was_written(tmp_path: Path) -> None:
    written = oci.write_layer([Entry("a", content=b"1")], tmp_path / "layer")
    assert oci.read_layer(tmp_path / "layer") == written


def test_a_folder_as_entries(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_text("x")
    (tmp_path / "d/f").chmod(0o4755)
    (tmp_path / "l").symlink_to("d/f")
    found = {one.path: one for one in oci.tree(tmp_path)}
    assert found["d/f"].mode == 0o4755
    assert found["l"].target == "d/f"
    assert found["d"].folder


def test_links_to_folders_stay_links(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "l").symlink_to("d")
    stream = io.BytesIO(
        gzip.decompress(oci.write_layer(oci.tree(tmp_path), tmp_path.parent / "layer").path.read_bytes())
    )
    with tarfile.open(fileobj=stream) as archive:
        assert {one.name: one.issym() for one in archive} == {"d": False, "l": True}
