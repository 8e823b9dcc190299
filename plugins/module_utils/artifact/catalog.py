# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which artifacts a cluster needs, at which versions, under which official addresses; and some tools. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import (
    CBuild,
    Component,
    DebianTree,
    GoBuild,
    Image,
    Product,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

#: etcd, coredns and pause are the ones that `kubeadm config images list` of this Kubernetes names.
VERSIONS: t.Mapping[str, str] = {
    "kubernetes": "1.37.2",
    "etcd": "3.7.0",
    "etcd_image": "3.7.0-0",
    "coredns": "1.14.6",
    "pause": "3.10.2",
    "containerd": "2.4.2",
    "cni_plugins": "1.9.1",
    "flannel": "0.26.7",
    "flannel_cni_plugin": "1.6.2-flannel1",
    "local_path_provisioner": "0.0.30",
    "busybox": "stable",
    "helm": "4.3.1",
    "kustomize": "5.8.2",
    "kwok": "0.8.0",
    "buildkit": "0.34.2",
}
ARCHITECTURES = ("amd64", "arm64")
#: The name of the layer with the packet filter's tools.
_NETTOOLS = "layers/nettools-{arch}.tar.gz"
_BUSYBOX = "layers/busybox-{arch}.tar.gz"
#: What runs a build's steps, fetches from git, and whom HTTPS trusts.
_BUILDER = "layers/builder-{arch}.tar.gz"
_APPLETS = (
    "[ ash awk base64 basename cat chgrp chmod chown cp cut date dd df dirname du echo env expr false find free grep "
    "gunzip gzip head hostname id ip kill ln ls md5sum mkdir mktemp mount mv nc netstat nslookup od ping printf ps pwd "
    "readlink realpath rm rmdir route sed seq sh sha256sum sleep sort stat sync tail tar tee telnet test timeout touch "
    "tr true umount uname uniq vi wc wget which whoami xargs yes"
)
_VERSION = re.compile(r"\A[0-9A-Za-z][0-9A-Za-z.+-]*\Z")


def components(overrides: t.Mapping[str, str], arch: str) -> t.List[Component]:
    """All of them, in the order in which a cluster needs them: hosts' programs first, then images; tools at the end."""
    v = _versions(overrides)
    if arch not in ARCHITECTURES:
        raise InputError(f"artifacts: arch is {arch!r}: it must be one of {', '.join(ARCHITECTURES)}.")
    return [
        _kubernetes(v, arch),
        _containerd(v["containerd"], arch),
        _cni_plugins(v["cni_plugins"], arch),
        _flannel_cni_plugin(v["flannel_cni_plugin"], arch),
        _pause(v, arch),
        _etcd(v, arch),
        _coredns(v["coredns"], arch),
        _flannel(v["flannel"], arch),
        _local_path_provisioner(v["local_path_provisioner"], arch),
        _busybox(v["busybox"], arch),
        _helm(v["helm"], arch),
        _kustomize(v["kustomize"], arch),
        _kwok(v["kwok"], arch),
        _buildkit(v["buildkit"], arch),
    ]


def _versions(overrides: t.Mapping[str, str]) -> t.Dict[str, str]:
    unknown = sorted(set(overrides) - set(VERSIONS))
    if unknown:
        raise InputError(
            f"artifacts: versions names {', '.join(unknown)}, which is not known: use {', '.join(VERSIONS)}."
        )
    merged = {**VERSIONS, **{name: str(value).lstrip("v") for name, value in overrides.items()}}
    for name, value in merged.items():
        if not _VERSION.match(value):
            raise InputError(f"artifacts: versions.{name} is {value!r}: write a version such as {VERSIONS[name]}.")
    if "etcd" in overrides and "etcd_image" not in overrides:
        merged["etcd_image"] = merged["etcd"] + "-0"
    return merged


def compare_with_kubeadm(listing: str, images: t.Collection[str]) -> None:
    """`listing` is what `kubeadm config images list` printed: every image in it must be one of ours."""
    lacking = [line for line in listing.split() if line.startswith("registry.k8s.io/") and line not in images]
    if not lacking:
        return
    names = {line.rpartition(":")[0] for line in lacking}
    ours = [image for image in images if image.rpartition(":")[0] in names]
    raise InputError(
        f"artifacts: this kubeadm wants {', '.join(lacking)}, and versions give {', '.join(ours)}: "
        "set versions (artifacts_versions) to match."
    )


def _image(arch: str, image: Image) -> Product:
    """Images lie in the cache under their reference; the architecture is part of the file's name."""
    name, _colon, tag = image.reference.rpartition(":")
    return Product("image", f"{name}/{tag}-linux-{arch}.oci.tar", image=image)


def _kubernetes(v: t.Mapping[str, str], arch: str) -> Component:
    version = v["kubernetes"]
    minor = version.split(".")
    hosts = ("kubelet", "kubeadm", "kubectl")
    images = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
    flags = {"gitVersion": f"v{version}", "gitMajor": minor[0], "gitMinor": minor[1] if len(minor) > 1 else ""}
    return Component(
        "kubernetes",
        f"v{version}",
        GoBuild(
            {"k8s.io/kubernetes": f"v{version}"},
            {name: f"k8s.io/kubernetes/cmd/{name}" for name in (*hosts, *images)},
            " ".join(f"-X k8s.io/component-base/version.{key}={value}" for key, value in flags.items()),
            staging="v0." + version.split(".", 1)[-1],
        ),
        (
            *(Product("file", f"dl.k8s.io/release/v{version}/bin/linux/{arch}/{name}", {name: name}) for name in hosts),
            *(_kubernetes_image(name, version, arch) for name in images),
        ),
    )


def _kubernetes_image(name: str, version: str, arch: str) -> Product:
    base = _NETTOOLS.format(arch=arch) if name == "kube-proxy" else ""
    files = {f"usr/local/bin/{name}": name}
    return _image(arch, Image(f"registry.k8s.io/{name}:v{version}", files, (f"/usr/local/bin/{name}",), base=base))


def _containerd(version: str, arch: str) -> Component:
    module = "github.com/containerd/containerd/v2"
    names = ("containerd", "containerd-shim-runc-v2", "ctr")
    return Component(
        "containerd",
        f"v{version}",
        GoBuild(
            {module: f"v{version}"},
            {name: f"{module}/cmd/{name}" for name in names},
            f"-X {module}/version.Version=v{version}",
        ),
        (
            Product(
                "archive",
                f"github.com/containerd/containerd/releases/download/v{version}/"
                f"containerd-{version}-linux-{arch}.tar.gz",
                {f"bin/{name}": name for name in names},
                checksum_suffix=".sha256sum",
            ),
        ),
    )


def _cni_plugins(version: str, arch: str) -> Component:
    module = "github.com/containernetworking/plugins"
    folders = {
        "main": "bridge dummy host-device ipvlan loopback macvlan ptp tap vlan",
        "ipam": "dhcp host-local static",
        "meta": "bandwidth firewall portmap sbr tuning vrf",
    }
    programs = {
        name: f"{module}/plugins/{folder}/{name}" for folder, names in folders.items() for name in names.split()
    }
    return Component(
        "cni_plugins",
        f"v{version}",
        GoBuild({module: f"v{version}"}, programs, f"-X {module}/pkg/utils/buildversion.BuildVersion=v{version}"),
        (
            Product(
                "archive",
                f"{module}/releases/download/v{version}/cni-plugins-linux-{arch}-v{version}.tgz",
                {name: name for name in programs},
            ),
        ),
    )


def _flannel_cni_plugin(version: str, arch: str) -> Component:
    """The plugin's own repository is no module of the proxy; the plugins' module had it until 0.9.1."""
    module, built = "github.com/containernetworking/plugins", "v0.9.1"
    release = f"github.com/flannel-io/cni-plugin/releases/download/v{version}"
    return Component(
        "flannel_cni_plugin",
        f"v{version}",
        GoBuild(
            {module: built},
            {"flannel": f"{module}/plugins/meta/flannel"},
            f"-X {module}/pkg/utils/buildversion.BuildVersion={built}",
        ),
        (
            Product(
                "archive",
                f"{release}/cni-plugin-flannel-linux-{arch}-v{version}.tgz",
                {f"flannel-{arch}": "flannel"},
            ),
        ),
        note=f"{module} {built}",
    )


def _pause(v: t.Mapping[str, str], arch: str) -> Component:
    build = CBuild(
        "k8s.io/kubernetes", f"v{v['kubernetes']}", "build/pause/linux", "pause", (f"VERSION=v{v['pause']}",)
    )
    image = Image(f"registry.k8s.io/pause:{v['pause']}", {"pause": "pause"}, ("/pause",), user="65535:65535")
    return Component("pause", v["pause"], build, (_image(arch, image),))


def _etcd(v: t.Mapping[str, str], arch: str) -> Component:
    version = f"v{v['etcd']}"
    modules = {"etcd": "server", "etcdctl": "etcdctl", "etcdutl": "etcdutl"}
    build = GoBuild(
        {f"go.etcd.io/etcd/{module}/v3": version for module in modules.values()},
        {name: f"go.etcd.io/etcd/{module}/v3" for name, module in modules.items()},
    )
    files = {f"usr/local/bin/{name}": name for name in modules}
    image = Image(f"registry.k8s.io/etcd:{v['etcd_image']}", files, ("/usr/local/bin/etcd",))
    return Component("etcd", version, build, (_image(arch, image),))


def _coredns(version: str, arch: str) -> Component:
    build = GoBuild({"github.com/coredns/coredns": f"v{version}"}, {"coredns": "github.com/coredns/coredns"})
    image = Image(
        f"registry.k8s.io/coredns/coredns:v{version}",
        {"coredns": "coredns"},
        ("/coredns",),
        user="65532:65532",
        bind_low_ports=("coredns",),
    )
    return Component("coredns", f"v{version}", build, (_image(arch, image),))


def _flannel(version: str, arch: str) -> Component:
    module = "github.com/flannel-io/flannel"
    build = GoBuild(
        {module: f"v{version}"},
        {"flanneld": module},
        f"-X {module}/pkg/version.Version=v{version}",
        cgo=True,
    )
    image = Image(
        f"ghcr.io/flannel-io/flannel:v{version}",
        {"opt/bin/flanneld": "flanneld"},
        ("/opt/bin/flanneld",),
        base=_NETTOOLS.format(arch=arch),
    )
    return Component("flannel", f"v{version}", build, (_image(arch, image),))


def _local_path_provisioner(version: str, arch: str) -> Component:
    module = "github.com/rancher/local-path-provisioner"
    build = GoBuild({module: f"v{version}"}, {"local-path-provisioner": module}, f"-X main.VERSION=v{version}")
    image = Image(
        f"docker.io/rancher/local-path-provisioner:v{version}",
        {"usr/bin/local-path-provisioner": "local-path-provisioner"},
        ("local-path-provisioner",),
    )
    return Component("local_path_provisioner", f"v{version}", build, (_image(arch, image),))


def _busybox(tag: str, arch: str) -> Component:
    """Shell, cp, mkdir: what the provisioner's helper pods and init containers run."""
    image = Image(f"docker.io/library/busybox:{tag}", {}, command=("sh",), base=_BUSYBOX.format(arch=arch))
    return Component("busybox", tag, None, (_image(arch, image),), note="busybox-static of Debian")


def _helm(version: str, arch: str) -> Component:
    module = f"helm.sh/helm/v{version.partition('.')[0]}"
    return Component(
        "helm",
        f"v{version}",
        GoBuild(
            {module: f"v{version}"}, {"helm": f"{module}/cmd/helm"}, f"-X {module}/internal/version.version=v{version}"
        ),
        (
            Product(
                "archive",
                f"get.helm.sh/helm-v{version}-linux-{arch}.tar.gz",
                {f"linux-{arch}/helm": "helm"},
                checksum_suffix=".sha256sum",
            ),
        ),
        tool=True,
    )


def _kustomize(version: str, arch: str) -> Component:
    module = f"sigs.k8s.io/kustomize/kustomize/v{version.partition('.')[0]}"
    build = GoBuild(
        {module: f"v{version}"}, {"kustomize": module}, f"-X sigs.k8s.io/kustomize/api/provenance.version=v{version}"
    )
    release = f"github.com/kubernetes-sigs/kustomize/releases/download/kustomize/v{version}"
    archive = Product("archive", f"{release}/kustomize_v{version}_linux_{arch}.tar.gz", {"kustomize": "kustomize"})
    return Component("kustomize", f"v{version}", build, (archive,), tool=True)


def _kwok(version: str, arch: str) -> Component:
    """Plays nodes and pods: for tests and measurements."""
    module = "sigs.k8s.io/kwok"
    build = GoBuild(
        {module: f"v{version}"}, {"kwok": f"{module}/cmd/kwok"}, f"-X {module}/pkg/consts.Version=v{version}"
    )
    program = f"github.com/kubernetes-sigs/kwok/releases/download/v{version}/kwok-linux-{arch}"
    return Component("kwok", f"v{version}", build, (Product("file", program, {"kwok": "kwok"}),), tool=True)


def _buildkit(version: str, arch: str) -> Component:
    """What a builder of driver docker-container runs as."""
    module = "github.com/moby/buildkit"
    names = ("buildkitd", "buildctl")
    build = GoBuild(
        {module: f"v{version}"},
        {name: f"{module}/cmd/{name}" for name in names},
        f"-X {module}/version.Version=v{version}",
    )
    files = {f"usr/bin/{name}": name for name in names}
    image = Image(
        f"docker.io/moby/buildkit:v{version}", files, ("/usr/bin/buildkitd",), base=_BUILDER.format(arch=arch)
    )
    return Component("buildkit", f"v{version}", build, (_image(arch, image),), tool=True)


def layers(arch: str) -> t.Dict[str, DebianTree]:
    """The layers below some images, by their path in the cache. Built when an image that needs one is."""
    verbs = ("", "-save", "-restore")
    tables = {f"usr/sbin/{ip}{verb}": "xtables-nft-multi" for ip in ("iptables", "ip6tables") for verb in verbs}
    return {
        _NETTOOLS.format(arch=arch): DebianTree(("nftables", "iptables", "conntrack", "kmod"), tables),
        _BUSYBOX.format(arch=arch): DebianTree(
            ("busybox-static",), {f"usr/bin/{name}": "busybox" for name in _APPLETS.split()}
        ),
        _BUILDER.format(arch=arch): DebianTree(
            ("runc", "git", "ca-certificates", "busybox-static"),
            {"etc/ssl/certs": "/usr/share/ca-certificates/mozilla", "usr/bin/sh": "busybox"},
        ),
    }
