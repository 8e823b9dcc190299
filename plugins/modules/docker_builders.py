#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_builders
short_description: Builders of buildx on a host
version_added: 0.1.0
description:
  - Makes, changes and removes builders for M(slipway.deploy.docker_build) and M(slipway.deploy.docker_bake), which take
    one by their option C(builder). A builder of its own builds for several platforms, exports its cache, and keeps
    builds off the engine that runs containers.
  - A builder that is as it was asked is left alone. One that is to be made of something else, or that somebody else has
    changed, is made anew and keeps its cache. Where the new one cannot be made or started, the one before is put back.
  - Builders belong to the user whom the task runs as.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  builders:
    description: The builders.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the builder.
        type: str
        required: true
      state:
        description: Whether there is one.
        type: str
        choices: [present, absent]
        default: present
      driver:
        description:
          - V(docker-container) runs BuildKit in a container of an engine. V(remote) speaks to a BuildKit that runs
            already.
        type: str
        choices: [docker-container, remote]
        default: docker-container
      buildkitd_config:
        description:
          - The text of C(buildkitd.toml), with registry mirrors, authorities and limits of the cache. Not for secrets.
          - Not for O(builders[].driver=remote).
        type: str
      nodes:
        description: Where it builds. By default one container of this host's engine.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: Name of the node. By default the builder's name and a number.
            type: str
          endpoint:
            description:
              - A context of the docker command or an engine's address; for the driver V(remote) BuildKit's own.
              - By default this host's engine.
            type: str
          platforms:
            description: Platforms that are built here although others could. By default what the node can do.
            type: list
            elements: str
            default: []
          driver_opts:
            description:
              - Options of the driver, such as C(image), C(network), C(memory) or C(env.HTTP_PROXY). They are on a
                command line, so they are no place for secrets.
            type: dict
            default: {}
          buildkitd_flags:
            description: More words for C(buildkitd).
            type: str
      bootstrap:
        description: Whether it is started, so that the first build need not wait for it, and a mistake shows now.
        type: bool
        default: true
      use:
        description: Whether it becomes the one that builds where no builder is named.
        type: bool
        default: false
      keep_cache:
        description: For O(builders[].state=absent), whether its cache stays for a builder of the same name.
        type: bool
        default: false
  timeout:
    description: Seconds to wait for another run that is at work on this user's builders.
    type: int
    default: 60
requirements:
  - Docker with buildx on the host
"""

EXAMPLES = r"""
- name: Build for two platforms, with a cache of at most 20 GB
  slipway.deploy.docker_builders:
    builders:
      - name: both
        buildkitd_config: |
          [worker.oci]
            gc = true
            maxUsedSpace = "20GB"
        nodes:
          - platforms: [linux/amd64]
          - endpoint: ssh://deploy@arm1.example.com
            platforms: [linux/arm64]

- name: Build where nothing is pulled from outside, by the image that M(slipway.deploy.artifacts) gathers as buildkit
  slipway.deploy.docker_builders:
    builders:
      - name: inside
        buildkitd_config: |
          [registry."docker.io"]
            mirrors = ["registry1:5000"]
          [registry."registry1:5000"]
            ca = ["/etc/docker/certs.d/registry1:5000/ca.crt"]
        nodes:
          - driver_opts: {image: "registry1:5000/moby/buildkit:v0.34.2"}

- name: Speak to a BuildKit that runs elsewhere
  slipway.deploy.docker_builders:
    builders:
      - name: farm
        driver: remote
        nodes:
          - endpoint: tcp://buildkit.example.com:1234
            driver_opts: {cacert: /etc/buildkit/ca.pem, cert: /etc/buildkit/cert.pem, key: /etc/buildkit/key.pem}
"""

RETURN = r"""
builders:
  description: What happened to each, and what it is now.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the builder.
      type: str
    action:
      description: One of V(create), V(recreate), V(remove) and V(none).
      type: str
    reason:
      description: Why it was made anew.
      type: str
    started:
      description: Whether it was started.
      type: bool
    nodes:
      description: Its nodes, with C(name), C(endpoint), C(status), C(buildkit_version), C(platforms) and C(error).
      type: list
      elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.builder.verb import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
