# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a base image's tag stands for: what the registry has under it (always), or what this host has (missing)."""

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.archives import OCI_MANIFEST
from ansible_collections.slipway.deploy.tests.unit.plugins.module_utils.image.host import IMAGE, Host

OLD = "sha256:" + "0" * 64
HERE = {"Id": "sha256:1", "RepoTags": ["base:1"], "RepoDigests": [f"base@{OLD}"]}


def test_always_takes_what_the_registry_has(host: Host) -> None:
    host.has_image(**HERE)
    assert host.build(check=True)["base_images"] == {"base:1 linux/amd64": host.base}


def test_missing_takes_what_this_host_has_and_asks_nobody(host: Host) -> None:
    host.has_image(**HERE)
    assert host.build(check=True, pull="missing", push=False)["base_images"] == {"base:1 linux/amd64": OLD}
    assert not [one for one in host.registry.log if "library/base" in one]


def test_missing_asks_for_what_this_host_has_not(host: Host) -> None:
    assert host.build(check=True, pull="missing")["base_images"] == {"base:1 linux/amd64": host.base}


def test_two_hosts_agree_on_what_one_of_them_has(host: Host) -> None:
    """An index is the same everywhere; which image of it is taken, a host that has it need not know."""
    child = host.base
    index = {"manifests": [{"digest": child, "platform": {"os": "linux", "architecture": "amd64"}}]}
    top = host.registry.add_manifest("library/base", "1", "application/vnd.oci.image.index.v1+json", index)
    there = host.build(check=True, pull="missing")
    host.has_image(Id="sha256:1", RepoTags=["base:1"], RepoDigests=[f"base@{top}"], Config={"Env": ["APP=/srv"]})
    here = host.build(check=True, pull="missing")
    assert there["fingerprint"] == here["fingerprint"]
    assert here["base_images"] == {"base:1 linux/amd64": top}


def test_missing_heeds_the_platform(host: Host) -> None:
    host.has_image(**{**HERE, "Architecture": "arm64"})
    assert host.build(check=True, pull="missing")["base_images"] == {"base:1 linux/amd64": host.base}


def test_an_image_of_this_host_alone_is_known_by_its_id(host: Host) -> None:
    own = f"{host.registry.host}/own:1"
    (host.context / "Dockerfile").write_text(f"FROM {own}\n")
    with pytest.raises(InputError, match=r"Dockerfile:1: Image .*/own:1 was not found"):
        host.build(check=True)
    host.has_image(Id="sha256:own", RepoTags=[own])
    for pull in ("missing", "always"):
        assert host.build(check=True, pull=pull)["base_images"] == {f"{own} linux/amd64": "sha256:own"}


def test_a_pinned_base_image_is_never_asked_for_again_by_buildkit(host: Host) -> None:
    (host.folder / "output").write_text("ERROR: enough\n")
    host.registry.add_manifest("library/base", "1", OCI_MANIFEST, {**IMAGE, "base": 2})
    with pytest.raises(Exception, match="enough"):
        host.build()
    (command,) = [call for call in host.calls() if call.startswith("buildx build ")]
    assert "--pull" not in command.split()
    assert "--build-context base:1=docker-image://docker.io/library/base@sha256:" in command
