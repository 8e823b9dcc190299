#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_push
short_description: Push image archives to a registry
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Pushes any number of image archives to one registry, without a container engine.
  - An archive is an uncompressed tar, either an OCI image layout or what C(docker save) writes.
  - Blobs and manifests that the registry has are not sent again. Layers come first and the tag last, so that a tag
    never points to half an image.
  - The digests of an archive are remembered in a small hidden file beside it, for as long as its size and time of
    change are the same.
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
options:
  url:
    description: The registry, for example V(https://registry.example.com:5000). Without a scheme it is C(https).
    type: str
    required: true
  ca_file:
    description: Certificate of the registry's own authority (PEM), beside those that the system trusts.
    type: path
  username:
    description: User name. Without it, the login in C(~/.docker/config.json) is used where there is one.
    type: str
  password:
    description: Password of O(username).
    type: str
  images:
    description: The archives and the names that their images get.
    type: list
    elements: dict
    required: true
    suboptions:
      archive:
        description: Path of the archive.
        type: path
        required: true
      name:
        description:
          - Repository and tag below the registry, for example V(library/python:3.13). Without a tag it is C(latest).
          - With another registry in front (V(registry.k8s.io/pause:3.10), V(docker.io/redis:8)) only the repository's
            path counts, as in a mirror (C(pause), C(library/redis)).
          - Where an archive holds several images, it also says which of them.
        type: str
        required: true
"""

EXAMPLES = r"""
- name: Fill the private registry with the images of the cluster
  slipway.deploy.registry_push:
    url: https://registry1:5000
    ca_file: .lab/registry-ca.crt
    images:
      - archive: ~/.cache/slipway/images/pause.tar
        name: registry.k8s.io/pause:3.10.2
      - archive: ~/.cache/slipway/images/python.tar
        name: library/python:3.13-slim
  delegate_to: localhost
"""

RETURN = r"""
images:
  description: One entry for each image of the task, in its order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Repository and tag below the registry.
      type: str
      sample: library/python:3.13-slim
    archive:
      description: Path of the archive.
      type: str
    digest:
      description: Digest of the image's manifest.
      type: str
      sample: sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    previous:
      description: The digest that the tag had before, or none.
      type: str
    reference:
      description: Name of the image with its digest.
      type: str
      sample: registry1:5000/library/python@sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    changed:
      description: Whether the tag was set or moved.
      type: bool
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.registry.push import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
