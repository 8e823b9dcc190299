#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: base_images_info
short_description: Say which base images of Dockerfiles are not pinned, or behind
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Reads Dockerfiles, and asks the registries what the tags of their base images stand for now. A base image is pinned
    when its digest is written with it, as in C(FROM python:3.13@sha256:...). It is behind when the tag has moved on.
  - Counts in are the images of all stages, of C(COPY --from) and C(RUN --mount), and the frontend (C(# syntax)).
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.registry_access
attributes:
  check_mode:
    description: Reads the same in check mode.
  diff_mode:
    description: Changes nothing, so it has no diff.
    support: N/A
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
options:
  dockerfiles:
    description: Paths of Dockerfiles, or of directories that have one.
    type: list
    elements: path
    required: true
  args:
    description: Build arguments, where C(FROM) uses some that have no default.
    type: dict
  platform:
    description: Platform that C(FROM --platform) and platform arguments are read for.
    type: str
    default: linux/amd64
  mirrors:
    description: Mirrors of Docker Hub that are asked first, as the engine's C(registry-mirrors).
    type: list
    elements: str
    default: []
  fail_on:
    description:
      - What makes the task fail. By default nothing does, and RV(images) tells.
      - V(untagged) is a digest without a tag, V(missing) a tag that its registry does not have.
    type: list
    elements: str
    choices: [behind, unpinned, untagged, missing]
    default: []
"""

EXAMPLES = r"""
- name: In CI, every base image is pinned and none is behind
  slipway.deploy.base_images_info:
    dockerfiles: [app, worker/Dockerfile]
    fail_on: [unpinned, behind, missing]

- name: A list for the weekly look
  slipway.deploy.base_images_info:
    dockerfiles: [app]
    mirrors: ["https://registry1:5000"]
    ca_file: .lab/registry-ca.crt
  register: bases

- name: Show what is behind
  ansible.builtin.debug:
    msg: "{{ bases.images | selectattr('status', 'equalto', 'behind') | map(attribute='wanted') }}"
"""

RETURN = r"""
images:
  description: One entry for each base image, by file and line. Also there where the task fails by O(fail_on).
  returned: always
  type: list
  elements: dict
  contains:
    file:
      description: The Dockerfile.
      type: str
    line:
      description: Its line.
      type: int
    image:
      description: What is written there, arguments filled in.
      type: str
      sample: python:3.13@sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    status:
      description: V(current), V(behind), V(unpinned), V(untagged) or V(missing).
      type: str
    pinned:
      description: The digest that is written there.
      type: str
    current:
      description: The digest that the tag stands for now.
      type: str
    wanted:
      description: What to write to be pinned and current.
      type: str
current:
  description: How many are pinned to what their tag stands for now.
  returned: success
  type: int
behind:
  description: How many are behind.
  returned: success
  type: int
unpinned:
  description: How many have no digest.
  returned: success
  type: int
untagged:
  description: How many have a digest without a tag.
  returned: success
  type: int
missing:
  description: How many are not in their registry.
  returned: success
  type: int
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.image.base_images import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
