# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.archive import read_image
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import (
    docker_save,
    make_layer,
    oci_layout,
    sha,
)

BASE, TOP = make_layer("base"), make_layer("top")


def test_docker_save_gets_the_same_manifest_each_time(tmp_path: Path) -> None:
    first = read_image(docker_save(tmp_path / "a.tar", {"a:1": [BASE, TOP]}), "a:1")
    second = read_image(docker_save(tmp_path / "b.tar", {"b:1": [BASE, TOP]}), "b:1")
    assert first.root.digest == second.root.digest
    layers = json.loads(first.root.content)["layers"]
    assert [layer["digest"] for layer in layers] == [sha(BASE), sha(TOP)]


def test_blobs_point_at_their_bytes(tmp_path: Path) -> None:
    path = docker_save(tmp_path / "a.tar", {"a:1": [BASE], "b:1": [BASE, TOP]}, links=True)
    image = read_image(path, "b:1")
    data = Path(path).read_bytes()
    for blob in image.blobs:
        assert sha(data[blob.offset : blob.offset + blob.size]) == blob.digest


def test_several_images_are_chosen_by_name(tmp_path: Path) -> None:
    path = docker_save(tmp_path / "a.tar", {"a:1": [BASE], "docker.io/library/b:1": [TOP]})
    assert sha(TOP) in {blob.digest for blob in read_image(path, "b:1").blobs}
    with pytest.raises(InputError, match=r"no image c:1 in .*a\.tar: it has a:1, docker\.io/library/b:1"):
        read_image(path, "c:1")


def test_compressed_layer_keeps_its_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(BASE)
    path = docker_save(tmp_path / "a.tar", {"a:1": [packed]})
    layer = json.loads(read_image(path, "a:1").root.content)["layers"][0]
    assert layer["digest"] == sha(packed)
    assert layer["mediaType"].endswith("+gzip")


def test_layout_with_an_index_lists_parts_first(tmp_path: Path) -> None:
    image = read_image(oci_layout(tmp_path / "a.tar", [BASE], platforms=["amd64", "arm64"]), "a:1")
    assert len(image.manifests) == 3
    assert image.root.media_type.endswith("index.v1+json")


@pytest.mark.parametrize("content", [b"", b"no tar at all" * 100, gzip.compress(b"x" * 2000, mtime=0)])
def test_not_an_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.tar is not an image archive"):
        read_image(str(path), "a")


def test_missing_archive_and_missing_blob(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no image archive"):
        read_image(str(tmp_path / "none.tar"), "a")
    with pytest.raises(InputError, match="not a complete image archive: blobs/sha256/"):
        read_image(oci_layout(tmp_path / "a.tar", [BASE, TOP], leave_out=[TOP]), "a")


def test_malformed_json_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    manifest = tmp_path / "manifest.json"
    manifest.write_text('[{"Config": 3}]')
    with tarfile.open(path, "w") as tar:
        tar.add(manifest, "manifest.json")
    with pytest.raises(InputError, match="its JSON is not as expected"):
        read_image(str(path), "a")
