#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_bake
short_description: Build several images from one bake definition, and only those whose inputs have changed
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Reads a bake definition (HCL, JSON or a Compose file) as C(docker buildx bake) does, and decides for each of its
    targets by a fingerprint of everything that it is made from, as M(slipway.deploy.docker_build) does for one image.
  - What has to be built is built in one run of bake, so that targets share their steps. The others are left alone, and
    keep their digests.
  - A target that is made from another one (C(contexts) with C(target:NAME)) has the other one's fingerprint in its own.
  - Each target has the tags of one repository. The fingerprint is remembered there as a tag C(in-HASH).
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.image_build
attributes:
  check_mode:
    details:
      - Whether there is something to build is predicted exactly, what it would give is not.
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
requirements:
  - Docker Engine 23 or newer with buildx 0.13 or newer.
  - For what an engine's plain image store cannot do see M(slipway.deploy.docker_build).
options:
  path:
    description: Directory on the host that the definition's files and the paths in it are relative to.
    type: path
    required: true
  files:
    description: The definition's files, the later ones over the earlier ones. By default those that buildx looks for.
    type: list
    elements: str
  targets:
    description: Targets and groups to build. By default the group or target V(default).
    type: list
    elements: str
  set:
    description:
      - Attributes to override, as V(TARGET.ATTRIBUTE) with a value or a list of values. V(TARGET) may be a pattern.
      - They are on a command line and no place for secrets.
    type: dict
  variables:
    description: Variables of the definition. They are handed to buildx in its environment.
    type: dict
  push:
    description:
      - Push every target that has tags. One with an output of type V(registry) is pushed in any case.
    type: bool
    default: false
  packed:
    description: How the action plugin hands over what the controller has. Not for playbooks.
    type: dict
    suboptions:
      progress:
        description: By which name the action plugin finds the progress of the build.
        type: str
notes:
  - Of O(secrets) each takes the place of what the definition says of the same id.
  - The contexts are directories of the host. A context that is a git repository, an archive or an address is refused,
    since its content is not known before it is built.
  - buildx 0.13 does not tell the network of a target. Say it by O(set) then; the task warns where it matters.
seealso:
  - module: slipway.deploy.docker_build
"""

EXAMPLES = r"""
- name: Build and push what docker-bake.hcl describes
  slipway.deploy.docker_bake:
    path: /srv/shop
    variables:
      TAG: v2
    push: true
  register: images

- name: Use one of them
  ansible.builtin.debug:
    msg: "{{ images.targets.web.reference }}"

- name: Build the services of a Compose file for two platforms
  slipway.deploy.docker_bake:
    path: /srv/shop
    files: [compose.yml]
    targets: [web, worker]
    set:
      "*.platform": [linux/amd64, linux/arm64]
    push: true
"""

RETURN = r"""
built:
  description: The targets that BuildKit was asked for.
  returned: success
  type: list
  elements: str
  sample: [web]
targets:
  description: For each target what M(slipway.deploy.docker_build) returns for an image.
  returned: success
  type: dict
  sample:
    web:
      changed: true
      built: true
      name: registry1:5000/shop/web
      tags: [v2]
      digest: sha256:1d6c1b0d8c1cbb0f2c6b0c0e6a0a4f3f1c7ad7b4fd8f0d4a7b1a8d7c6e5f4a3b
      reference: registry1:5000/shop/web@sha256:1d6c1b0d8c1cbb0f2c6b0c0e6a0a4f3f1c7ad7b4fd8f0d4a7b1a8d7c6e5f4a3b
step:
  description: The step that failed, with its target.
  returned: when a build failed
  type: str
  sample: "[web build 3/5] RUN pip install -r requirements.txt"
line:
  description: The line of the Dockerfile that failed.
  returned: when a build failed
  type: int
  sample: 12
log:
  description: The last lines of the failed step's output.
  returned: when a build failed
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_verb import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
