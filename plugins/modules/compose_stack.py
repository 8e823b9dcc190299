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
  - Writes a Compose file, its environment and its secrets to a host, starts the project, waits until every service is
    healthy and, on request, until a URL answers.
  - When that fails, the release that ran before is put back, and the task fails with both stories.
  - Whether something changes is decided from the configuration hashes that Compose itself compares, so check mode
    predicts the real run. A changed secret counts as a changed service.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.http_check
options:
  project_name:
    description: Name of the Compose project.
    type: str
    required: true
  project_dir:
    description:
      - Directory on the host for the project's files and for the records of its releases.
      - Made where missing. Relative paths in the Compose file count from here.
    type: path
    required: true
  definition:
    description: The text of the Compose file. Required for O(state=present).
    type: str
  env:
    description: Values for interpolation, written to C(.env) (mode 0600). Not for secrets.
    type: dict
    default: {}
  secrets:
    description:
      - File name to content. Each is written to C(secrets/NAME) below O(project_dir), in a directory only root enters.
      - 'The Compose file refers to them by C(file: ./secrets/NAME) in its top-level C(secrets).'
    type: dict
    default: {}
  version:
    description: What to call this release in the history.
    type: str
  state:
    description:
      - V(present) runs the project as described.
      - V(rolled_back) runs the release before the current one again, or O(to_revision).
      - V(status) changes nothing and returns what runs.
    type: str
    choices: [present, rolled_back, status]
    default: present
  to_revision:
    description: The release to go back to. By default the last one that differs from the one that runs.
    type: int
  wait_timeout:
    description: Seconds until all services must be healthy.
    type: int
    default: 120
  keep_releases:
    description: How many releases the history keeps.
    type: int
    default: 10
requirements:
  - Docker with the Compose plugin (2.20 or newer) on the host
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

- name: Go back to the release before
  slipway.deploy.compose_stack:
    project_name: visits
    project_dir: /opt/slipway/visits
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
      description: One of V(create), V(recreate), V(start), V(remove), V(none).
      type: str
    reason:
      description: Why.
      type: str
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
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.compose.stack import COMPOSE_STACK


def main() -> None:
    run_as_module(COMPOSE_STACK)


if __name__ == "__main__":
    main()
