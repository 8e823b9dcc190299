# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.catalog import (
    VERSIONS,
    compare_with_kubeadm,
    components,
    layers,
)
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.gather import _selected
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import GoBuild
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

#: What `kubeadm config images list --kubernetes-version v1.37.2` of 1.37.2 prints.
KUBEADM = [
    "registry.k8s.io/kube-apiserver:v1.37.2",
    "registry.k8s.io/kube-controller-manager:v1.37.2",
    "registry.k8s.io/kube-scheduler:v1.37.2",
    "registry.k8s.io/kube-proxy:v1.37.2",
    "registry.k8s.io/coredns/coredns:v1.14.6",
    "registry.k8s.io/pause:3.10.2",
    "registry.k8s.io/etcd:3.7.0-0",
]


def products(**versions: str) -> dict[str, str]:
    return {one.path: part.fingerprint(one) for part in components(versions, "amd64") for one in part.products}


def test_the_images_are_those_that_kubeadm_asks_for() -> None:
    parts = [part for part in components({}, "amd64") if not part.tool]
    names = [one.image.reference for part in parts for one in part.products if one.image]
    assert sorted(name for name in names if name.startswith("registry.k8s.io/")) == sorted(KUBEADM)
    assert len(names) == len(set(names)) == len(KUBEADM) + 3


def test_kubeadm_is_asked() -> None:
    images = [one.image.reference for part in components({}, "amd64") for one in part.products if one.image]
    compare_with_kubeadm("\n".join(KUBEADM), images)
    compare_with_kubeadm("", images)
    with pytest.raises(InputError, match=r"wants registry.k8s.io/etcd:3.6.5-0, and versions give .*/etcd:3.7.0-0: set"):
        compare_with_kubeadm("registry.k8s.io/etcd:3.6.5-0\nregistry.k8s.io/pause:3.10.2\n", images)


def test_files_have_their_official_addresses() -> None:
    paths = products()
    assert "dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet" in paths
    cni = "github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-amd64-v1.9.1.tgz"
    assert cni in paths
    containerd = "github.com/containerd/containerd/releases/download/v2.4.2/containerd-2.4.2-linux-amd64.tar.gz"
    assert containerd in paths


def test_every_product_is_made_of_what_its_component_builds() -> None:
    for part in components({}, "arm64"):
        built = set(part.build.programs) if isinstance(part.build, GoBuild) else {"pause"}
        for one in part.products:
            assert one.programs() <= built, one.path
            assert not (one.image and one.image.base) or one.image.base in layers("arm64")


def test_a_version_may_be_written_with_v_and_as_a_number() -> None:
    assert products(kubernetes="v1.36.3") == products(kubernetes="1.36.3")
    assert "registry.k8s.io/etcd/3.6.15-0-linux-amd64.oci.tar" in products(etcd="3.6.15")
    assert products(busybox=1.36)  # type: ignore[arg-type]


def test_a_new_version_changes_only_what_depends_on_it() -> None:
    before, after = products(), products(containerd="2.4.1")
    assert {path for path in before if before[path] != after.get(path)} == {
        "github.com/containerd/containerd/releases/download/v2.4.2/containerd-2.4.2-linux-amd64.tar.gz"
    }


@pytest.mark.parametrize(
    ("versions", "sentence"),
    [
        ({"kubernets": "1.37.2"}, "versions names kubernets, which is not known: use kubernetes, etcd"),
        ({"etcd": "3.7.0; rm"}, "versions.etcd is '3.7.0; rm': write a version such as 3.7.0"),
        ({"etcd": "../3"}, "versions.etcd is '../3'"),
    ],
)
def test_bad_versions_are_named(versions: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace(".", "[.]")):
        components(versions, "amd64")


def test_an_unknown_architecture_is_named() -> None:
    with pytest.raises(InputError, match="arch is 'x86_64': it must be one of amd64, arm64"):
        components({}, "x86_64")


def test_each_version_is_used() -> None:
    for name, value in VERSIONS.items():
        assert products() != products(**{name: value + ".1"}), name


def test_tools_are_gathered_only_by_name() -> None:
    everything = components({}, "amd64")
    assert [part.name for part in _selected(everything, []) if part.tool] == []
    assert [part.name for part in everything if part.tool] == ["helm", "kustomize", "kwok", "buildkit"]
    assert [part.name for part in _selected(everything, ["kwok", "helm"])] == ["helm", "kwok"]


def test_the_major_version_is_in_the_modules_name() -> None:
    (helm,) = _selected(components({"helm": "3.20.0"}, "amd64"), ["helm"])
    assert isinstance(helm.build, GoBuild)
    assert helm.build.modules == {"helm.sh/helm/v3": "v3.20.0"}


def test_a_builder_has_what_runs_steps_and_fetches_sources() -> None:
    buildkit = next(part for part in components({}, "arm64") if part.name == "buildkit")
    image = buildkit.products[0].image
    assert image is not None
    assert image.reference == f"docker.io/moby/buildkit:{buildkit.version}"
    assert {"runc", "git", "ca-certificates"} <= set(layers("arm64")[image.base].packages)
