#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_images
short_description: Make the images of a lab without pulling any
version_added: 0.1.0
description:
  - Builds images from small Dockerfiles on one base, Debian's minimal system by C(debootstrap).
  - Each is tagged with the hash of what it is made from, so that an image is built only when its inputs have changed,
    and is kept as an archive in a cache, from which it is loaded where the engine does not have it.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  state:
    description:
      - V(absent) removes every image of O(repository) from the engine. The cache stays.
      - Where no engine answers, there is nothing to remove.
    type: str
    choices: [present, absent]
    default: present
  images:
    description: The names of the images, each a directory with a C(Dockerfile) in O(directory).
    type: list
    elements: str
    default: []
  names:
    description:
      - Images, as in O(images), each with the name under which it will be pushed to a registry.
      - They come back as RV(named), as M(slipway.deploy.registry_push) wants them.
    type: dict
    default: {}
  directory:
    description: Where the images' directories are. One of them must be C(base), on which the others stand.
    type: path
    required: true
  repository:
    description: What the images' names begin with.
    type: str
    default: slipway-lab
  suite:
    description: Debian's suite.
    type: str
    default: trixie
  mirror:
    description: Debian's mirror. Empty means the one that C(debootstrap) takes by itself.
    type: str
    default: ""
  base_image:
    description: An image to start from instead of C(debootstrap), where images can be pulled, such as C(debian:trixie).
    type: str
    default: ""
  extra_ca_file:
    description: Certificates in this bundle which Debian does not have are trusted in the images too.
    type: path
  cache_dir:
    description: Where archives are kept.
    type: path
    default: ~/.cache/slipway/lab
"""

EXAMPLES = r"""
- name: The image of the lab's hosts
  slipway.deploy.lab_images:
    directory: "{{ role_path }}/files/images"
    images: [host]
"""

RETURN = r"""
images:
  description: For each image its name in the engine and its archive.
  returned: success
  type: dict
  sample:
    host:
      reference: slipway-lab/host:0a1b2c3d4e5f6071
      archive: /home/user/.cache/slipway/lab/images/host-0a1b2c3d4e5f6071.tar
named:
  description: The images of O(names) with their archives.
  returned: success
  type: list
  elements: dict
  sample:
    - name: library/python:3.13-slim
      archive: /home/user/.cache/slipway/lab/images/python-0a1b2c3d4e5f6071.tar
made:
  description: The images that were built or loaded.
  returned: success
  type: list
  elements: str
  sample: [host]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.lab.images import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
