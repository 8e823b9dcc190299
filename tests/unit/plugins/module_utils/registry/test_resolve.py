# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import ImageNotFound, Registries
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import OCI_INDEX, OCI_MANIFEST
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.registry.fake_registry import (
    PASSWORD,
    USER,
    FakeRegistry,
)

NO_ONE = {"HOME": "/nonexistent"}
IMAGE = {"schemaVersion": 2, "config": {"digest": "sha256:c"}, "layers": []}


def add_index(registry: FakeRegistry, repository: str, platforms: t.Sequence[str]) -> tuple[str, list[str]]:
    digests = [
        registry.add_manifest(repository, f"m{n}", OCI_MANIFEST, {**IMAGE, "n": n}) for n in range(len(platforms))
    ]
    entries = [
        {"digest": digest, "platform": dict(zip(("os", "architecture", "variant"), platform.split("/")))}
        for digest, platform in zip(digests, platforms)
    ]
    return registry.add_manifest(repository, "1", OCI_INDEX, {"manifests": entries}), digests


def test_an_index_is_resolved_for_the_platform() -> None:
    with FakeRegistry() as registry:
        top, digests = add_index(registry, "a", ["linux/amd64", "linux/arm64/v8", "unknown/unknown"])
        registries, reference = Registries(NO_ONE), parse_reference(f"{registry.host}/a:1")
        assert registries.resolve(reference, "linux/amd64").platform_digest == digests[0]
        assert registries.resolve(reference, "linux/arm64").platform_digest == digests[1]
        assert registries.resolve(reference, "linux/amd64").digest == top
        assert registries.resolve(reference.with_digest(digests[1]), "linux/arm64").platform_digest == digests[1]
        with pytest.raises(InputError, match="not made for platform linux/s390x: it has linux/amd64, linux/arm64/v8"):
            registries.resolve(reference, "linux/s390x")


def test_the_mirror_goes_before_docker_hub_and_is_left_when_it_cannot() -> None:
    with FakeRegistry() as dead, FakeRegistry() as empty, FakeRegistry() as full:
        digest = full.add_manifest("library/redis", "8", OCI_MANIFEST, IMAGE)
        mirrors = ("http://127.0.0.1:9", empty.url, full.url)
        assert Registries(NO_ONE, mirrors).resolve(parse_reference("redis:8"), "linux/amd64").digest == digest
        assert empty.log == ["HEAD /v2/library/redis/manifests/8"]
        assert dead.log == []


def test_only_docker_hub_has_mirrors() -> None:
    with FakeRegistry() as mirror, FakeRegistry() as home:
        mirror.add_manifest("a", "1", OCI_MANIFEST, IMAGE)
        with pytest.raises(
            ImageNotFound, match=rf"{home.host}/a:1 was not found\. Registry {home.host} does not have it"
        ):
            Registries(NO_ONE, (mirror.url,)).resolve(parse_reference(f"{home.host}/a:1"), "linux/amd64")
        assert mirror.log == []


def test_every_registry_that_was_asked_is_named() -> None:
    with FakeRegistry() as registry, pytest.raises(TransportError) as caught:
        Registries(NO_ONE, (registry.url,)).resolve(parse_reference("127.0.0.1:9/a"), "linux/amd64")
    assert "127.0.0.1:9 cannot be reached" in str(caught.value)


def test_credentials_go_to_their_registry_alone() -> None:
    with FakeRegistry("basic") as one, FakeRegistry("basic") as other:
        for registry in (one, other):
            registry.add_manifest("a", "1", OCI_MANIFEST, IMAGE)
        registries = Registries(NO_ONE, own={one.host: Credentials(USER, PASSWORD)})
        assert registries.resolve(parse_reference(f"{one.host}/a:1"), "linux/amd64").digest
        with pytest.raises(TransportError, match="without credentials"):
            registries.resolve(parse_reference(f"{other.host}/a:1"), "linux/amd64")


@pytest.mark.parametrize(
    ("host", "insecure"),
    [
        ("127.0.0.1:5000", True),
        ("localhost:5000", True),
        ("[::1]:5000", True),
        ("localhost", True),
        ("10.1.2.3:80", True),
        ("10.2.2.3:80", False),
        ("plain:5000", True),
        ("registry1:5000", False),
        ("docker.io", False),
    ],
)
def test_which_registries_need_no_tls(host: str, insecure: bool) -> None:
    registries = Registries(NO_ONE, insecure=frozenset({"plain:5000", "10.1.0.0/16"}))
    assert registries._is_insecure(host) is insecure


def test_authorities_of_the_engine(tmp_path: Path) -> None:
    folder = tmp_path / "registry1:5000"
    folder.mkdir()
    (folder / "ca.crt").write_text("")
    (folder / "client.key").write_text("")
    assert Registries(NO_ONE, certificates=tmp_path).authorities("registry1:5000") == (str(folder / "ca.crt"),)
    assert Registries(NO_ONE, certificates=tmp_path).authorities("other") == ()


def test_an_authority_without_key_usage_is_good_enough(tmp_path: Path) -> None:
    """Python 3.13 refuses it by default; engines accept it."""
    from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import tls_context  # noqa: PLC0415

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(tmp_path / "k")]
    argv = ["openssl", "req", "-x509", *key, "-out", str(tmp_path / "ca.crt"), "-subj", "/CN=x", "-days", "2"]
    subprocess.run(argv, check=True, capture_output=True)
    context = tls_context([str(tmp_path / "ca.crt")])
    assert not context.verify_flags & 0x20  # VERIFY_X509_STRICT
    assert context.verify_mode.name == "CERT_REQUIRED"
