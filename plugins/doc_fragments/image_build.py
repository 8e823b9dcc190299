# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What docker_build and docker_bake have in common, in what they take and in what it means."""

    DOCUMENTATION = r"""
options:
  secrets:
    description:
      - Secrets for C(RUN --mount=type=secret). They reach neither the image nor a command line nor the output.
      - Only their ids belong to the fingerprint. A new value does not cause a build.
      - A variable of the task's C(environment) that a secret is taken from is not put into the environment of the
        host's commands, where others could read it.
    type: list
    elements: dict
    suboptions:
      id:
        description: Name by which the Dockerfile asks for the secret.
        type: str
        required: true
      type:
        description: Where the value comes from.
        type: str
        choices: [env, file, value]
        required: true
      env:
        description: Environment variable with the value, for O(secrets[].type=env).
        type: str
      src:
        description: File with the value, for O(secrets[].type=file).
        type: path
      value:
        description: The value itself, for O(secrets[].type=value). Text, without a NUL character.
        type: str
  load:
    description:
      - Whether the result is to be in this host's engine. By default it is, unless it goes to a registry or a file as
        something that an engine's plain store cannot hold (several platforms, attestations).
    type: bool
  pull:
    description:
      - What the tag of a base image stands for. With V(always) it is what its registry has under it now; so a new base
        image causes a build. With V(missing) it is what this host has under it, and the registry is asked only for what
        is not here.
    type: str
    choices: [missing, always]
    default: always
  nocache:
    description: Always build, and without BuildKit's cache. The task is not idempotent then.
    type: bool
    default: false
  registry_username:
    description:
      - User name for the registry in the names of what is built. Without it, the host's own login (C(docker login)) is
        used.
    type: str
  registry_password:
    description: Password of O(registry_username). It is kept in a private file for as long as the task runs.
    type: str
  builder:
    description: Name of a buildx builder (M(slipway.deploy.docker_builders)). By default the current one.
    type: str
"""
