#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_stack
short_description: Run a stack in a Docker Swarm, and go back to the release before when it cannot run
version_added: 0.1.0
description:
  - Deploys a Compose file to a swarm, watches its tasks until every service is settled and, on request, until a URL
    answers.
  - It fails as soon as a service can no longer settle, with the task's own error. A task that is rejected twice, that
    dies twice, or that finds no node is not waited for. Then the release that ran before is put back, and the task
    fails with both stories.
  - The file is read by C(docker compose config), so C(extends), C(include) and profiles work, and what a swarm has no
    notion of is refused or warned of by name.
  - Images are pinned by digest. A secret or a config gets a name by its content, so that a changed one rolls the
    services that use it, and a rollback has the old one still.
  - The releases are kept in the swarm itself (as configs), so every manager knows them.
  - Runs on a manager.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.http_check
options:
  name:
    description: Name of the stack.
    type: str
    required: true
  definition:
    description: The text of the Compose file. This or O(files) is required for O(state=present).
    type: str
  overrides:
    description: The texts of more Compose files, each over O(definition) and the ones before.
    type: list
    elements: str
    default: []
  files:
    description: Compose files on the manager, each over the ones before.
    type: list
    elements: path
    default: []
  env:
    description: Values for interpolation in the Compose file. Nothing else of the environment counts. Not for secrets.
    type: dict
    default: {}
  secrets:
    description:
      - Values of the file's top-level C(secrets), by their name there or by the name of their C(file).
      - They go to the engine by its API, and are in no argument, log or diff.
    type: dict
    default: {}
  configs:
    description: Values of the file's top-level C(configs), as O(secrets).
    type: dict
    default: {}
  version:
    description: What to call this release in the history.
    type: str
  state:
    description:
      - V(present) runs the stack as described. Services that it no longer has are removed.
      - V(rolled_back) runs the release before the current one again, or O(to_revision).
      - V(status) changes nothing and returns what runs.
      - V(absent) removes the stack with its secrets, configs, networks and history. Volumes stay.
    type: str
    choices: [present, rolled_back, status, absent]
    default: present
  to_revision:
    description: The release to go back to. By default the last one that differs from the one that runs.
    type: int
  resolve_image:
    description:
      - When to ask the registry for an image's digest. V(always), or only where the image's name V(changed) (else the
        digest that runs stays), or V(never) (the nodes resolve the name themselves, and may run different images).
    type: str
    choices: [always, changed, never]
    default: always
  wait_timeout:
    description: Seconds until all services must be settled.
    type: int
    default: 300
  keep_releases:
    description: How many releases the history keeps, with their secrets and configs.
    type: int
    default: 10
requirements:
  - Docker 23 or newer with the Compose plugin (2.20 or newer) on the manager
"""

EXAMPLES = r"""
- name: Run the application
  slipway.deploy.swarm_stack:
    name: visits
    definition: "{{ lookup('ansible.builtin.file', 'compose.yml') }}"
    env:
      APP_IMAGE: registry1:5000/visits:v1
    secrets:
      POSTGRES_PASSWORD: "{{ vault_postgres_password }}"
    version: v1
    check:
      url: http://127.0.0.1:8000/
      contains: v1

- name: Go back to the release before
  slipway.deploy.swarm_stack:
    name: visits
    state: rolled_back
"""

RETURN = r"""
actions:
  description: What happens to each service, and why.
  returned: O(state=present) or O(state=rolled_back)
  type: list
  elements: dict
  contains:
    service:
      description: Name of the service.
      type: str
    action:
      description: One of V(create), V(update), V(remove), V(wait), V(none).
      type: str
    reason:
      description: Why.
      type: str
services:
  description: The stack's services as they are now.
  returned: always
  type: list
  elements: dict
  sample:
    - service: web
      name: visits_web
      image: registry1:5000/visits:v1@sha256:0ba7d9a1f3f0e9a5ce0a5a3c1a4ae0c3bd1a1f4b2d9e9a3f8a4ce1f2d3b4a5c6
      running: 4
      replicas: 4
      settled: true
release:
  description: The last good release, V(null) where there is none.
  returned: always
  type: dict
  sample: {revision: 2, version: v2, status: deployed, time: 1795422342.1, reason: ""}
history:
  description: All recorded releases, oldest first.
  returned: always
  type: list
  elements: dict
rolled_back_to:
  description: The release that runs again.
  returned: O(state=rolled_back)
  type: dict
log:
  description: The last lines of the task that kept the release from running.
  returned: failure
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.deploy import SWARM_STACK


def main() -> None:
    run_as_module(SWARM_STACK)


if __name__ == "__main__":
    main()
