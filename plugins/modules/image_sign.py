#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_sign
short_description: Sign images in registries with cosign
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Puts a signature by a private key on images, unless they have one by this key. Images are signed by digest.
  - The key's password reaches C(cosign) by its environment, a login by a private file. Nothing secret is in a command
    line.
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.registry_access
attributes:
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
requirements:
  - C(cosign) on the host of the task (Debian and Ubuntu have a package; tested with 2.5, not with 3).
seealso:
  - module: slipway.deploy.image_verify
options:
  images:
    description: The images. A tag is resolved to what it stands for now.
    type: list
    elements: str
    required: true
  key:
    description:
      - The private key, as a file on the host of the task, or as an address that C(cosign) knows, such as
        V(hashivault://release) or V(awskms:///alias/release). Only files and the key itself are tested here.
    type: str
  key_content:
    description: The private key itself, from a vault. One of O(key) and O(key_content) is required.
    type: str
  key_password:
    description: Password of the private key. By default C(COSIGN_PASSWORD) of the task's environment.
    type: str
  transparency_log:
    description: Whether to enter the signature in the public transparency log, which shows it to everybody.
    type: bool
    default: false
  recursive:
    description: Also sign each image of a multi-platform image.
    type: bool
    default: false
  annotations:
    description: What the signature says besides. With other annotations it is another signature.
    type: dict
"""

EXAMPLES = r"""
- name: Sign what was built
  slipway.deploy.image_sign:
    images: ["{{ build.reference }}"]
    key_content: "{{ vault_cosign_key }}"
    key_password: "{{ vault_cosign_password }}"
    ca_file: .lab/registry-ca.crt
"""

RETURN = r"""
images:
  description: One entry for each image, with O(recursive=true) also for its parts.
  returned: success
  type: list
  elements: dict
  contains:
    reference:
      description: The image by digest.
      type: str
    digest:
      description: Its digest.
      type: str
    changed:
      description: Whether it had no such signature.
      type: bool
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.signature.sign import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
