#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_image_info
short_description: Read what registries have, such as digests, platforms, labels and tags
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Reads images (what digest a tag stands for, platforms, sizes, labels, signatures), the tags of repositories and the
    repositories of registries, many at once and page by page, without a container engine.
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
  images:
    description: Images to read, by tag or digest. One that is not there is no error, see RV(images[].exists).
    type: list
    elements: str
    default: []
  repositories:
    description: Repositories whose tags to list. Tags that only say what refers to an image are left out.
    type: list
    elements: str
    default: []
  catalogs:
    description: Registries whose repositories to list. Many, first of all the public ones, do not tell.
    type: list
    elements: str
    default: []
  referrers:
    description: Also list what refers to the images, such as signatures and SBOMs.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What does the tag stand for today?
  slipway.deploy.registry_image_info:
    images:
      - docker.io/library/redis:8
  register: redis

- name: Deploy by digest
  ansible.builtin.debug:
    msg: "{{ redis.images[0].reference }}"

- name: What does the private registry have?
  slipway.deploy.registry_image_info:
    catalogs: [registry1:5000]
    repositories: [registry1:5000/visits]
    ca_file: .lab/registry-ca.crt
"""

RETURN = r"""
images:
  description: One entry for each of O(images), in its order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The image as it was named.
      type: str
    exists:
      description: Whether the registry has it. The other keys are there only then.
      type: bool
    digest:
      description: Its digest. Of a multi-platform image that of the whole.
      type: str
      sample: sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    reference:
      description: Its repository with the digest.
      type: str
    media_type:
      description: Media type of its manifest.
      type: str
    created:
      description: When it was made, of a multi-platform image its first part.
      type: str
    labels:
      description: Its labels, of a multi-platform image those of its first part.
      type: dict
    size:
      description: Bytes of configuration and layers, compressed, of all platforms.
      type: int
    platforms:
      description: Each of its images, with C(platform), C(digest), C(size), C(created) and C(labels).
      type: list
      elements: dict
    referrers:
      description: What refers to it or a part of it, with C(subject), C(digest), C(tag) and C(artifact_type).
      type: list
      elements: dict
repositories:
  description: One entry for each of O(repositories), in its order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The repository.
      type: str
    exists:
      description: Whether the registry knows it.
      type: bool
    tags:
      description: All its tags.
      type: list
      elements: str
catalogs:
  description: One entry for each of O(catalogs), with C(host) and C(repositories).
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_info import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
