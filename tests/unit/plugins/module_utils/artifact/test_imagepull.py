# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact import oci
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.download import ChecksumError
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.imagepull import pull
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.registry.push import run as push
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import FakeRegistry

INDEX = "application/vnd.oci.image.index.v1+json"


def pushed(folder: Path, registry: FakeRegistry) -> tuple[Path, str]:
    """An image of ours in the registry: its archive and digest."""
    layer = oci.write_layer([oci.Entry("pause", content=b"p")], folder / "layer")
    configuration = oci.config([layer], "amd64", entrypoint=("/pause",))
    archive = folder / "pause.tar"
    digest = oci.write_image(archive, "registry.k8s.io/pause:1", [layer], configuration, "amd64")
    options = {"url": registry.url, "ca_file": None, "username": None, "password": None}
    push({**options, "images": [{"archive": str(archive), "name": "pause:1"}]}, TaskContext(env={"HOME": "/none"}))
    return archive, digest


def test_what_was_pushed_comes_back_as_it_was(tmp_path: Path) -> None:
    with FakeRegistry() as registry:
        archive, digest = pushed(tmp_path, registry)
        assert pull("registry.k8s.io/pause:1", "amd64", tmp_path / "back.tar", url=registry.url) == digest
    assert (tmp_path / "back.tar").read_bytes() == archive.read_bytes()


def test_the_image_of_an_architecture(tmp_path: Path) -> None:
    with FakeRegistry() as registry:
        _archive, digest = pushed(tmp_path, registry)
        entry = {"digest": digest, "platform": {"architecture": "amd64", "os": "linux"}}
        registry.add_manifest("pause", "many", INDEX, {"manifests": [entry]})
        assert pull("registry.k8s.io/pause:many", "amd64", tmp_path / "back.tar", url=registry.url) == digest
        with pytest.raises(TransportError, match="pause:many has no image for linux/arm64"):
            pull("registry.k8s.io/pause:many", "arm64", tmp_path / "back.tar", url=registry.url)


def test_a_moved_tag_and_a_missing_one(tmp_path: Path) -> None:
    with FakeRegistry() as registry:
        pushed(tmp_path, registry)
        with pytest.raises(ChecksumError, match="the tag was moved"):
            pull("registry.k8s.io/pause:1", "amd64", tmp_path / "back.tar", "sha256:0", registry.url)
        with pytest.raises(TransportError, match="has no pause:2"):
            pull("registry.k8s.io/pause:2", "amd64", tmp_path / "back.tar", url=registry.url)


def test_a_blob_that_is_another_one_is_refused(tmp_path: Path) -> None:
    with FakeRegistry() as registry:
        pushed(tmp_path, registry)
        registry.blobs = dict.fromkeys(registry.blobs, b"other")
        with pytest.raises(ChecksumError, match="sent a blob that is not sha256:"):
            pull("registry.k8s.io/pause:1", "amd64", tmp_path / "back.tar", url=registry.url)
