# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.download import (
    ChecksumError,
    enough_space,
    fetch,
    published_checksum,
    reachable,
    site_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import Image, Product
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.artifact.conftest import Site


def test_a_refusal_is_known_at_once_and_silence_soon(site: Site) -> None:
    with socket.socket() as silent, socket.socket() as closed:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        closed.bind(("127.0.0.1", 0))
        names = [f"127.0.0.1:{one.getsockname()[1]}" for one in (silent, closed)]
        begin = time.monotonic()
        assert reachable(names[1:], patience=30) == set()
        assert time.monotonic() - begin < 5
        assert reachable([*names, "name.invalid"], patience=0.5) == set()
        assert time.monotonic() - begin < 8


def test_the_checksum_file_of_a_site(site: Site) -> None:
    sha256 = site.add("a", b"1")
    site.add("a.sha256", f"{sha256}  a\n".encode())
    assert published_checksum(f"{site.url}/a.sha256") == sha256
    site.add("b.sha256", b"<html>not found</html>")
    with pytest.raises(TransportError, match=r"b\.sha256 holds no SHA-256"):
        published_checksum(f"{site.url}/b.sha256")
    with pytest.raises(TransportError, match="HTTP Error 404"):
        published_checksum(f"{site.url}/c.sha256")


def test_docker_hub_answers_elsewhere() -> None:
    hub = Image("docker.io/library/busybox:stable", {})
    assert site_of(Product("image", "docker.io/library/busybox/stable.tar", image=hub)) == "registry-1.docker.io"
    assert site_of(Product("file", "dl.k8s.io/release/x")) == "dl.k8s.io"


def test_a_pinned_checksum_needs_no_other(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match=r"https://127\.0\.0\.1:9/a cannot be downloaded"):
        fetch(Product("file", "127.0.0.1:9/a"), tmp_path / "a", pinned="0" * 64)


def test_a_wrong_checksum_is_no_transport_error() -> None:
    assert not issubclass(ChecksumError, TransportError)


def test_a_full_disk_is_named_before_the_work(tmp_path: Path) -> None:
    enough_space(tmp_path, 1)
    with pytest.raises(SlipwayError, match="free some, or set artifacts_cache_dir"):
        enough_space(tmp_path, 2**60)
