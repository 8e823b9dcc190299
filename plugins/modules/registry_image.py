#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_image
short_description: Copy, tag and remove images in registries, and clear old ones away
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Copies any number of images between names and registries, without a container engine. What the target has is not
    sent, and what another repository of the same registry has is linked instead of copied.
  - Multi-platform images are copied whole, with the attestations that BuildKit puts beside them, or by platforms.
  - Contents pass in chunks and never lie on a disk. After a broken connection uploads and downloads go on where they
    stopped, where the registry can. Everything is verified by its digest, and tags are set last.
  - All images are looked at before the first is touched.
  - Retention removes the images of a repository that no rule keeps.
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.registry_access
attributes:
  check_mode:
    details:
      - RV(sent) is zero in check mode, since nothing is sent.
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
seealso:
  - module: slipway.deploy.registry_push
options:
  images:
    description:
      - Images that are to be there, or not. O(registry_username) is for the registry of their O(images[].name).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - Name of the image, with its registry in front unless that is Docker Hub. With O(images[].source) the name to
            copy to; its tag is that of the source where it has none.
          - Without O(images[].source) an image that is there, to set O(images[].tags) on. V(app:1.4@sha256:...) sets
            the tag in it too.
          - With O(images[].state=absent) what is to go. A digest goes with all of its tags.
        type: str
        required: true
      source:
        description: The image to copy, by tag or by digest.
        type: str
      tags:
        description: More tags.
        type: list
        elements: str
        default: []
      state:
        description:
          - With V(absent) the tags go. The image itself goes with the last of its tags.
          - Registries free the space when their garbage collector runs.
        type: str
        choices: [present, absent]
        default: present
      platforms:
        description:
          - Platforms to copy of a multi-platform image, for example V(linux/arm64). By default all.
          - A part of an image has a digest of its own. A signature of the whole does not hold for it.
        type: list
        elements: str
        default: []
      referrers:
        description:
          - Also what refers to the image or a part of it, such as signatures and SBOMs. Found by the registry's own
            list (OCI 1.1), by the tag that stands in for it, and by cosign's tags.
          - Where both sides have signatures that the other lacks, the task fails. They are not merged.
        type: bool
        default: false
  retention:
    description:
      - Repositories to clear. An image with all of its tags stays where any part of the rule keeps it. Images that
        nobody knows the time of stay, and images that an index which stays is made of.
      - With an image go its parts that no other image needs, and what refers to it.
    type: list
    elements: dict
    default: []
    suboptions:
      repository:
        description: Name of the repository, without tag and digest.
        type: str
        required: true
      tags:
        description: Only images all of whose tags match one of these patterns may go.
        type: list
        elements: str
        default: ["*"]
      keep_newest:
        description: Of those that may go, keep so many of the newest.
        type: int
      min_age_days:
        description: Keep what is younger. This or O(retention[].keep_newest) is required.
        type: float
      by:
        description:
          - V(created) is the time in the image, of a multi-platform image the newest of its parts.
          - V(pushed) is when the registry got it (C(Last-Modified)), which few registries say. distribution does not.
        type: str
        choices: [created, pushed]
        default: created
      keep_tags:
        description: Patterns of tags whose images stay.
        type: list
        elements: str
        default: []
      keep_images:
        description:
          - What is in use and stays. Digests, or names with a tag or digest, as hosts and clusters list them. A digest
            counts whatever registry its name has.
        type: list
        elements: str
        default: []
"""

EXAMPLES = r"""
- name: Promote what was tested, with its signatures
  slipway.deploy.registry_image:
    images:
      - source: registry1:5000/staging/visits@{{ tested_digest }}
        name: registry2.example.com/prod/visits
        tags: ["1.4.2", stable]
        referrers: true
    registries:
      - host: registry1:5000
        ca_file: .lab/registry-ca.crt
      - host: registry2.example.com
        username: promoter
        password: "{{ promoter_password }}"

- name: Bring what the cluster needs into the private registry, for two platforms
  slipway.deploy.registry_image:
    ca_file: .lab/registry-ca.crt
    images:
      - source: docker.io/library/redis:8
        name: registry1:5000/library/redis:8
        platforms: [linux/amd64, linux/arm64]
      - source: registry.k8s.io/pause:3.10.2
        name: registry1:5000/pause

- name: Call a release stable
  slipway.deploy.registry_image:
    images:
      - name: registry1:5000/visits:1.4.2
        tags: [stable]

- name: Take a tag away
  slipway.deploy.registry_image:
    images:
      - name: registry1:5000/visits:rc1
        state: absent

- name: Keep ten releases, what is called stable, and what runs
  slipway.deploy.registry_image:
    retention:
      - repository: registry1:5000/visits
        keep_newest: 10
        keep_tags: [stable, "lts-*"]
        keep_images: "{{ running_images }}"
"""

RETURN = r"""
images:
  description: One entry for each of O(images), in its order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The repository.
      type: str
      sample: registry1:5000/visits
    source:
      description: What was copied.
      type: str
    state:
      description: As asked.
      type: str
    tags:
      description: The tags that are set, or gone.
      type: list
      elements: str
    digest:
      description: The digest that they stand for.
      type: str
      sample: sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    reference:
      description: The repository with the digest, to deploy by.
      type: str
      sample: registry1:5000/visits@sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
    previous:
      description: The digest of each tag before.
      type: dict
      sample: {"1.4.2": null}
    referrers:
      description: The digests or tags of what refers to the image and was missing, or is gone.
      type: list
      elements: str
    changed:
      description: Whether there was something to do.
      type: bool
retention:
  description: One entry for each of O(retention).
  returned: success
  type: list
  elements: dict
  contains:
    repository:
      description: The repository.
      type: str
    kept:
      description: What stays (C(tags), C(digest)) and C(why), newest first.
      type: list
      elements: dict
    removed:
      description: What goes (C(tags), C(digest)), newest first.
      type: list
      elements: dict
sent:
  description: What went over the network to targets.
  returned: success
  type: dict
  contains:
    bytes:
      description: Bytes of blobs.
      type: int
    blobs:
      description: Blobs that were sent.
      type: int
    mounted:
      description: Blobs that were linked from another repository instead.
      type: int
    manifests:
      description: Manifests that the target did not have.
      type: int
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
