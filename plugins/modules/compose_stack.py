#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_stack
short_description: Run a Compose project on a host, and go back to the release before when it cannot run
version_added: 0.1.0
description:
  - Takes a Compose project (one text, or a folder with its files) to a host, starts it in the order of C(depends_on),
    waits
    until every service is healthy and, on request, until a URL answers.
  - When that fails, the release that ran before is put back, and the task fails with both stories.
  - Compose itself reads the files. What it makes of them is finished into one file without variables, with images
    pinned by
    digest and with secret, config and mounted files kept by their content; that file is what runs, what is recorded,
    and what
    a rollback runs again.
  - What happens is decided container by container, with the reason. Check mode decides by the same code, and a second
    run
    changes nothing.
  - With O(strategy=rolling) containers are replaced one by one, and the edge proxy (role slipway.deploy.edge_proxy)
    is told before and after.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.http_check
options:
  project_name:
    description: Name of the Compose project. One name belongs to one O(project_dir) on a host.
    type: str
    required: true
  project_dir:
    description:
      - Directory of the project on the host. Made where missing.
      - Relative paths in the Compose file that do not come with the release (a database's C(./data)) are below it.
      - What the module keeps is in C(.slipway) below it, which only its owner enters.
    type: path
    required: true
  definition:
    description: The Compose file, as text or as a mapping. Give this or O(project_src).
    type: str
  project_src:
    description:
      - Folder with the Compose files. On the controller, unless O(remote_src=true).
      - 'From the controller, every file comes along that the project names by a relative path: C(include), C(extends),
        C(env_file), files of C(secrets) and C(configs), and files and folders that are mounted.'
    type: path
  remote_src:
    description: If V(true), O(project_src) is on the host.
    type: bool
    default: false
  files:
    description:
      - Compose files, relative to O(project_src), each over the one before.
      - By default C(compose.yaml), C(compose.yml), C(docker-compose.yml) or C(docker-compose.yaml), and its
        C(.override) file.
    type: list
    elements: str
  env_files:
    description:
      - Files with values for interpolation, each over the one before. By default C(.env) in O(project_src).
      - With O(definition), files on the host.
    type: list
    elements: str
  profiles:
    description: Profiles whose services run too.
    type: list
    elements: str
  services:
    description: Only these services, and those that they depend on. By default all.
    type: list
    elements: str
  env:
    description:
      - Values for interpolation, over those of O(env_files). A variable without a value and without a default is an
        error.
      - Not for secrets, which would show in C(docker inspect); results and diffs hide the values nevertheless.
    type: dict
    default: {}
  secrets:
    description:
      - File name to content.
      - 'The Compose file refers to them by C(file: ./secrets/NAME) in its top-level C(secrets).'
    type: dict
    default: {}
  packed:
    description: How the action plugin hands over files of the controller. Not for playbooks.
    type: dict
    suboptions:
      files:
        description: Names of the Compose files.
        type: list
        elements: str
        default: []
      env_files:
        description: Names of the env files.
        type: list
        elements: str
        default: []
      positions:
        description: The line of each key of each file.
        type: dict
        default: {}
      brought:
        description: The files.
        type: list
        elements: dict
        default: []
  pull:
    description:
      - When a registry is asked what a tag stands for. The answer is recorded in the release, and containers run by
        digest.
      - V(missing) asks once, and then keeps to what the last release ran. V(always) asks each time. V(never) takes
        what is on
        the host. V(policy) does as each service's C(pull_policy) says, else as V(missing).
    type: str
    choices: [policy, missing, always, never]
    default: policy
  version:
    description: What to call this release in the history.
    type: str
  state:
    description:
      - V(present) runs the project as described.
      - V(rolled_back) runs the release before the current one again, or O(to_revision).
      - V(absent) removes its containers, its networks and the records of its releases.
      - V(status) changes nothing and returns what runs.
    type: str
    choices: [present, rolled_back, absent, status]
    default: present
  to_revision:
    description: The release to go back to. By default the last one that differs from the one that runs.
    type: int
  strategy:
    description:
      - V(recreate) lets Compose replace all containers of a service at once.
      - V(rolling) replaces them O(parallelism) at a time. The next ones go when the new ones are healthy.
    type: str
    choices: [recreate, rolling]
    default: recreate
  order:
    description:
      - For O(strategy=rolling), whether the new container starts before or after the old one is stopped.
      - By default V(start-first) where a second container can run beside the first. That is not so with a fixed port
        of the
        host, a C(container_name), a fixed address, or a volume that a single container writes to.
      - C(deploy.update_config) of a service wins over this and over O(parallelism), O(delay) and O(monitor).
    type: str
    choices: [start-first, stop-first]
  parallelism:
    description: How many containers of a service are replaced at a time.
    type: int
    default: 1
  delay:
    description: Seconds to wait after each of these steps.
    type: float
    default: 0.0
  monitor:
    description: Seconds for which new containers must stay healthy before the old ones go.
    type: float
    default: 0.0
  remove_orphans:
    description: Whether containers of services that the project no longer has are removed.
    type: bool
    default: true
  prune_networks:
    description: Whether networks of the project that its file no longer has are removed.
    type: bool
    default: false
  prune_volumes:
    description: Whether volumes of the project that its file no longer has are removed, with the data in them.
    type: bool
    default: false
  remove_volumes:
    description: For O(state=absent), whether the project's volumes are removed too, with the data in them.
    type: bool
    default: false
  wait_timeout:
    description: Seconds until services must be healthy. With O(strategy=rolling), for each step.
    type: int
    default: 120
  keep_releases:
    description: How many releases the history keeps.
    type: int
    default: 10
requirements:
  - Docker with the Compose plugin (2.24 or newer) on the host
notes:
  - 'A service with C(build) and without C(image) is refused: build it with M(slipway.deploy.docker_build) first.'
"""

EXAMPLES = r"""
- name: Run the application
  slipway.deploy.compose_stack:
    project_name: visits
    project_dir: /opt/slipway/visits
    definition: "{{ lookup('ansible.builtin.file', 'compose.yml') }}"
    env:
      APP_IMAGE: registry1:5000/visits@sha256:0ba7d9a1f3f0e9a5ce0a5a3c1a4ae0c3bd1a1f4b2d9e9a3f8a4ce1f2d3b4a5c6
    secrets:
      db_password: "{{ vault_db_password }}"
    version: v1
    check:
      url: http://127.0.0.1:8000/
      contains: v1

- name: Run a project of several files, with no request failing while it is replaced
  slipway.deploy.compose_stack:
    project_name: shop
    project_dir: /opt/slipway/shop
    project_src: files/shop
    files: [compose.yml, compose.production.yml]
    profiles: [metrics]
    strategy: rolling
    monitor: 5

- name: Go back to the release before
  slipway.deploy.compose_stack:
    project_name: visits
    project_dir: /opt/slipway/visits
    state: rolled_back

- name: Remove it, and keep its data
  slipway.deploy.compose_stack:
    project_name: visits
    project_dir: /opt/slipway/visits
    state: absent
"""

RETURN = r"""
actions:
  description: What happens to each container, and why.
  returned: O(state=present), O(state=rolled_back) or O(state=absent)
  type: list
  elements: dict
  contains:
    service:
      description: Name of the service.
      type: str
    container:
      description: Name of the container. For V(create), the name that it gets.
      type: str
    action:
      description: One of V(create), V(recreate), V(start), V(restart), V(remove), V(unchanged).
      type: str
    reason:
      description: Why. Names keys, secrets and files that changed, and no values.
      type: str
pruned:
  description: Networks and volumes that are removed.
  returned: O(state=present), O(state=rolled_back) or O(state=absent)
  type: list
  elements: str
services:
  description: The project's containers as they are now.
  returned: always
  type: list
  elements: dict
  sample:
    - service: web
      name: visits-web-1
      image: registry1:5000/visits@sha256:0ba7d9
      state: running
      health: healthy
      exit_code: 0
release:
  description: The last good release, V(null) where there is none.
  returned: always
  type: dict
  sample:
    revision: 2
    version: v2
    status: deployed
    time: 1795422342.1
    reason: ""
    images: {"redis:8": "redis@sha256:1f5c"}
previous:
  description: The last good release before this task, V(null) where there was none.
  returned: O(state=present) or O(state=rolled_back)
  type: dict
history:
  description: All recorded releases, oldest first.
  returned: always
  type: list
  elements: dict
rolled_back_to:
  description: The release that runs again.
  returned: O(state=rolled_back)
  type: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.compose.verb import COMPOSE_STACK


def main() -> None:
    run_as_module(COMPOSE_STACK)


if __name__ == "__main__":
    main()
