# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.cache import Cache
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.catalog import components
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.gather import SPEC, run
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext


def gather(home: Path, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
    checked = ArgumentSpecValidator(SPEC["argument_spec"]).validate({"cache_dir": str(home), **options})
    assert not checked.error_messages
    return run(checked.validated_parameters, TaskContext(check_mode=check, env=dict(os.environ)))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A full cache of files with a few bytes."""
    cache = Cache(tmp_path / "home/artifacts")
    for component in components({}, "amd64"):
        for product in component.products:
            made = cache.scratch() / "made"
            made.write_text(product.path)
            cache.put(product.path, made, component.fingerprint(product), "build", "sha256:1" if product.image else "")
    cache.clear_scratch()
    return tmp_path / "home"


def test_a_full_cache_changes_nothing_and_says_the_same_in_check_mode(home: Path) -> None:
    result = gather(home)
    assert result == gather(home, check=True) == gather(home, rehash=True)
    assert not result["changed"]
    assert (result["missing"], result["made"]) == ([], [])
    assert len(result["files"]) == 6
    assert len(result["images"]) == 10
    kubelet = result["files"][0]
    assert kubelet["path"] == "dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet"
    assert len(kubelet["sha256"]) == 64
    assert Path(result["images"][0]["archive"]).is_file()
    assert not (home / "artifacts/.lock").exists()


def test_a_part_of_it(home: Path) -> None:
    result = gather(home, only=["pause"])
    assert [one["name"] for one in result["images"]] == ["registry.k8s.io/pause:3.10.2"]
    assert result["files"] == []


def test_check_mode_says_what_is_missing(home: Path) -> None:
    lost = home / "artifacts/dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubectl"
    lost.unlink()
    result = gather(home, check=True)
    assert result["changed"]
    assert result["missing"] == [str(lost.relative_to(home / "artifacts"))]
    assert len(result["files"]) == 5


def test_a_new_version_is_missing(home: Path) -> None:
    assert gather(home, check=True, versions={"coredns": "1.14.7"})["missing"] == [
        "registry.k8s.io/coredns/coredns/v1.14.7-linux-amd64.oci.tar"
    ]


def test_a_copied_cache_is_read_once(home: Path) -> None:
    kubelet = home / "artifacts/dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet"
    os.utime(kubelet, (1, 1))
    assert not gather(home, check=True)["changed"]
    assert Cache(home / "artifacts").moved(str(kubelet.relative_to(home / "artifacts")))
    assert not gather(home)["changed"]
    assert not Cache(home / "artifacts").moved(str(kubelet.relative_to(home / "artifacts")))


def test_an_empty_cache_in_check_mode_stays_empty(tmp_path: Path) -> None:
    result = gather(tmp_path / "none", check=True)
    assert result["changed"]
    assert len(result["missing"]) == 16
    assert not (tmp_path / "none").exists()


def test_a_component_that_is_not_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only names kubelet, which is not known: use kubernetes, containerd"):
        gather(tmp_path, only=["kubelet"])
