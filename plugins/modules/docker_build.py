#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_build
short_description: Build an image with BuildKit, unless it has been built from the same before
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Builds an image from a Dockerfile and a context with C(docker buildx), tags it and pushes it.
  - A fingerprint of everything that the image is made from decides whether to build. It covers what the Dockerfile says
    of the stages that the target needs, the files of the context that these read and that C(.dockerignore) lets through
    (with modes, symbolic links and capabilities), the build arguments that they declare, platform, labels, the ids of
    secrets, the digests of the base images in their registries, and the state of what C(ADD) fetches.
  - A comment, a stage or an argument that nothing needs, and a file that nothing copies cause no build. A build gets
    just the files that the fingerprint covers.
  - The fingerprint is remembered beside the image as a second tag C(in-HASH) of the same repository, on the host and
    in the registry. Where that tag exists nothing is built, and the image keeps its digest. This also holds in check
    mode, and where the image is only in the registry.
  - A build uses the base images by the digests that the fingerprint has.
  - C(changed) goes by what the tags stand for. Provenance has times in it and gives the same image a new index by each
    build. Where the manifests of all platforms are the old ones, the tags keep the old index and nothing is changed.
  - While it builds, each step that ends is shown, and what takes long.
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.image_build
attributes:
  check_mode:
    details:
      - Whether there is something to build is predicted exactly. What a build would give is not known before, so then
        the task says C(changed), though the real run may find that the result is the old one.
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
requirements:
  - For several platforms, O(provenance), O(sbom), O(annotations), O(load=false) with O(push), O(cache_to) other than
    inline and O(outputs) of type oci or docker the engine's containerd image store (C(features) with
    C(containerd-snapshotter) in C(daemon.json)), or a builder (O(builder)) of another driver than C(docker).
  - Docker Engine with buildx (C(docker-buildx) or C(docker-buildx-plugin)). Base images are fixed by digest from engine
    version 23 on.
options:
  name:
    description:
      - Name of the image, with its registry in front when it is to be pushed to one (V(registry1:5000/team/visits)).
      - It may carry the tag, when neither O(tag) nor O(tags) is given.
    type: str
    required: true
  tag:
    description: Tag of the image. Without any tag it is V(latest).
    type: str
  tags:
    description: More tags for the same image.
    type: list
    elements: str
  path:
    description: Directory with the build's context.
    type: path
    required: true
  dockerfile:
    description: Path of the Dockerfile, relative to O(path) or absolute.
    type: path
    default: Dockerfile
  args:
    description:
      - Build arguments. They can be read in the image's history, so they are no place for secrets.
    type: dict
  build_contexts:
    description:
      - Names of the Dockerfile (in C(FROM), C(COPY --from) or C(RUN --mount=from)) and what they stand for, instead of
        a stage or an image of that name.
      - V(docker-image://name:tag) is an image, known by its digest. A path is a directory, relative to O(path) or
        absolute, and on the controller with O(remote_src=false). As of O(path), what the Dockerfile reads of it
        counts, but for what its own C(.dockerignore) leaves out. The address of a page or of a git repository is
        known as for C(ADD).
    type: dict
  target:
    description: Name or number of the stage to build. The last one by default.
    type: str
  labels:
    description: Labels of the image.
    type: dict
  annotations:
    description: Annotations of the image's manifest. A key may begin with a place, as in V(index:org.example.key).
    type: dict
  oci_labels:
    description:
      - The standard labels C(org.opencontainers.image.*) that say where and when the image was built.
      - Other than O(labels) they are no part of the fingerprint. Neither a new commit that touches no input nor the
        time causes a build, and the labels keep telling of the build that made the image.
    type: dict
    suboptions:
      source:
        description: Address of the source.
        type: str
      revision:
        description: Revision of the source.
        type: str
      version:
        description: Version of the software.
        type: str
      created:
        description:
          - A time as RFC 3339 has it, or V(now) for the time of the build (O(source_date_epoch) where that is set).
        type: str
  platform:
    description:
      - Platforms to build for, for example V(linux/arm64). By default the engine's own.
      - Several make one image for all of them. Stages that run programs of another architecture need emulators on the
        host, or a builder with nodes of each.
    type: list
    elements: str
  ssh:
    description:
      - SSH agents or keys for C(RUN --mount=type=ssh), as V(default) (the agent of C(SSH_AUTH_SOCK)) or
        V(id=/path/of/socket-or-key). They are on the host that builds.
      - Only the ids belong to the fingerprint.
    type: list
    elements: str
  cache_from:
    description:
      - Where to take cached steps from, as buildx wants it (V(type=registry,ref=...), V(type=local,src=...)), or an
        image. A cache that is not there is no error.
    type: list
    elements: str
  cache_to:
    description:
      - Where to keep cached steps, as buildx wants it (V(type=registry,ref=...,mode=max), V(type=local,dest=...),
        V(type=inline)). Only where something is built.
      - A cache that cannot be written is a warning. Write V(ignore-error=false) into it to make it an error.
    type: list
    elements: str
  provenance:
    description: Provenance to attest, V(min) or V(max) of it. See O(sbom) for what it takes.
    type: str
    choices: [none, min, max]
    default: none
  sbom:
    description: Whether to attest what the image contains (SBOM).
    type: bool
    default: false
  sbom_generator:
    description: The image that makes the SBOM. By default BuildKit's own, C(docker/buildkit-syft-scanner:stable-1).
    type: str
  source_date_epoch:
    description:
      - Seconds since 1970 which the image's times are set to, for results that are the same in each bit.
      - The times of files in layers follow with the containerd image store, or a builder of another driver than
        C(docker).
      - By default the environment variable E(SOURCE_DATE_EPOCH) of the task.
    type: int
  network:
    description: Network for C(RUN), V(none), V(host) or V(default).
    type: str
  etc_hosts:
    description: Names and their addresses for C(/etc/hosts) while it builds.
    type: dict
  shm_size:
    description: Size of C(/dev/shm) for C(RUN), in bytes or as V(64m).
    type: str
  ulimits:
    description: Limits for C(RUN), each as name:soft or name:soft:hard (V(nofile:1024:4096)).
    type: list
    elements: str
  outputs:
    description:
      - Files to make of the result. With them the image comes into the engine only for O(push) or O(load=true).
      - A note beside each (C(.NAME.slipway)) remembers the inputs and a digest of the content. The file is made anew
        where the inputs are others, or where it is changed or missing.
    type: list
    elements: dict
    suboptions:
      type:
        description:
          - V(oci) is an archive of the image with all its platforms and attestations, V(docker) one for C(docker load).
          - V(tar) is an archive of its file system, V(local) the file system as a folder. The folder is the build's own
            and is replaced as a whole.
        type: str
        choices: [local, tar, oci, docker]
        required: true
      dest:
        description: Absolute path on the host. Its parent must be there.
        type: path
        required: true
  push:
    description: Push the image to the registry in its name.
    type: bool
    default: false
  remote_src:
    description:
      - If V(true), O(path) is on the host of the task.
      - If V(false), it is on the controller, and relative paths are looked up as M(ansible.builtin.copy) does. The
        context is sent to the host only when there is something to build. Files and environment variables that
        O(secrets) are taken from are the controller's too.
    type: bool
    default: true
  packed:
    description: How the action plugin hands over what the controller has. Not for playbooks.
    type: dict
    suboptions:
      dockerfile:
        description: Text of the Dockerfile.
        type: str
      name:
        description: Path of the Dockerfile on the controller, for messages.
        type: str
      context:
        description: Digest of the context.
        type: str
      reach:
        description: What of the context the digest covers.
        type: dict
      archive:
        description: The packed context, once it is on the host.
        type: path
      contexts:
        description: Digest and archive of each directory in O(build_contexts).
        type: dict
      progress:
        description: By which name the action plugin finds the progress of the build.
        type: str
notes:
  - Each change of the inputs leaves a tag C(in-HASH). Remove old ones with the registry's own clean-up.
  - C(ADD) of a URL is known by its ETag or its date, or by its content where the server tells neither; of a git
    repository by the commit of its branch or tag, for which the host needs C(git). With a checksum or a commit nothing
    is asked for.
  - What C(RUN) fetches (C(apt-get install)) is no part of the fingerprint. Use O(nocache=true), or a build argument
    with a date, to fetch it anew.
  - Digests of files are remembered in C(~/.cache/slipway/contexts), by size, times and place on the disk, and what base
    images bring along (environment, C(ONBUILD)) in C(~/.cache/slipway/images). Both may be removed at any time.
seealso:
  - module: slipway.deploy.registry_push
"""

EXAMPLES = r"""
- name: Build and push the application from sources on the controller
  slipway.deploy.docker_build:
    name: registry1:5000/team/visits
    tag: v2
    path: "{{ playbook_dir }}/../examples/visits"
    remote_src: false
    push: true
    args:
      APP_VERSION: v2
  delegate_to: docker1
  register: image

- name: Use a token during the build only
  slipway.deploy.docker_build:
    name: visits
    tags: [v2, latest]
    path: /srv/visits
    target: runtime
    secrets:
      - id: pip_token
        type: env
        env: PIP_TOKEN
  environment:
    PIP_TOKEN: "{{ vault_pip_token }}"

- name: Build for two platforms, with attestations, a shared cache and results that are the same in each bit
  slipway.deploy.docker_build:
    name: registry1:5000/team/visits
    tag: v2
    path: /srv/visits
    platform: [linux/amd64, linux/arm64]
    push: true
    provenance: max
    sbom: true
    source_date_epoch: 1700000000
    cache_from: ["type=registry,ref=registry1:5000/team/visits-cache"]
    cache_to: ["type=registry,ref=registry1:5000/team/visits-cache,mode=max"]
    oci_labels:
      source: https://git.example.com/team/visits
      revision: "{{ revision }}"
      created: now

- name: Build from sources of two directories, with the tools of an image of our own
  slipway.deploy.docker_build:
    name: registry1:5000/team/visits
    tag: v2
    path: /srv/visits
    push: true
    build_contexts:
      shared: ../shared
      toolchain: docker-image://registry1:5000/team/toolchain:2
    pull: missing

- name: Take what a stage builds as files
  slipway.deploy.docker_build:
    name: visits-assets
    path: /srv/visits
    target: assets
    outputs:
      - type: local
        dest: /srv/www/assets
"""

RETURN = r"""
built:
  description: Whether BuildKit was asked for a build.
  returned: success
  type: bool
name:
  description: Name of the image without a tag.
  returned: success
  type: str
  sample: registry1:5000/team/visits
tags:
  description: The tags that point to the image.
  returned: success
  type: list
  elements: str
  sample: [v2]
image_id:
  description: Id of the image. Null in check mode when it is still to be built.
  returned: success
  type: str
  sample: sha256:3f8a00f137a0d2c8a2163a09901e28e2471999fde4efc2f9570b91f1c30acf94
digest:
  description: Digest of the image in the registry. Null for an image that is on this host only.
  returned: success
  type: str
  sample: sha256:1d6c1b0d8c1cbb0f2c6b0c0e6a0a4f3f1c7ad7b4fd8f0d4a7b1a8d7c6e5f4a3b
manifests:
  description: The digest of the image for each platform, of an image in a registry.
  returned: success
  type: dict
  sample:
    linux/amd64: sha256:6a0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddeef
reference:
  description: Name with digest for manifests. For an image that is on this host only, the name with its tag C(in-HASH).
  returned: success
  type: str
  sample: registry1:5000/team/visits@sha256:1d6c1b0d8c1cbb0f2c6b0c0e6a0a4f3f1c7ad7b4fd8f0d4a7b1a8d7c6e5f4a3b
fingerprint:
  description: Hash of everything that the image is made from.
  returned: success
  type: str
  sample: sha256:5b1f2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9
base_images:
  description: The images that the Dockerfile names, with their platform, and their digests.
  returned: success
  type: dict
  sample:
    python:3.13-slim linux/amd64: sha256:9f2cb5a9f0c4b0e8d0c1a5d3c5e3b1f4f2a7c6e1d0b9a8f7e6d5c4b3a2918070
step:
  description: The step of the Dockerfile that failed.
  returned: when a build failed
  type: str
  sample: "[build 3/5] RUN pip install -r requirements.txt"
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
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
