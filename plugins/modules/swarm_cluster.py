#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_cluster
short_description: Set what the managers of a Docker Swarm know of it
version_added: 0.1.0
description:
  - Run on one manager, it sets the roles, labels and availability of all nodes, removes nodes, and changes the swarm's
    own settings. Then it waits until all listed nodes are ready.
  - Managers are promoted before others are demoted, and nothing is demoted or removed whose loss would leave the swarm
    without a majority.
  - A dead node whose host is in the swarm under another id is removed by itself.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  nodes:
    description: The nodes.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The host's name as its engine knows it.
        type: str
        required: true
      id:
        description: The node's id. Empty for a host that is not in the swarm.
        type: str
        default: ""
      role:
        description: What it is.
        type: str
        choices: [manager, worker]
        default: worker
      availability:
        description: What it may run. By default as it is.
        type: str
        choices: [active, pause, drain]
      labels:
        description: Labels for placement constraints (C(node.labels.zone == a)).
        type: dict
        default: {}
      state:
        description:
          - V(leaving) drains the node, waits until nothing runs there any more, and demotes it. V(absent) also removes
            it.
        type: str
        choices: [present, leaving, absent]
        default: present
  settings:
    description: Settings of the swarm. What is not given stays.
    type: dict
    suboptions:
      autolock:
        description: Whether a manager that restarts must be unlocked.
        type: bool
      node_cert_expiry:
        description: How long nodes' certificates are valid, such as V(90d). At least an hour.
        type: str
      dispatcher_heartbeat:
        description: How often nodes report, such as V(5s).
        type: str
      task_history_limit:
        description: How many old tasks are kept for each replica.
        type: int
      snapshot_interval:
        description: After how many log entries a snapshot is made.
        type: int
      keep_old_snapshots:
        description: How many older snapshots are kept.
        type: int
  unlisted:
    description: What becomes of nodes that O(nodes) does not name.
    type: str
    choices: [keep, remove]
    default: keep
  labels_state:
    description: Whether labels that are not given stay (V(merge)) or go (V(replace)).
    type: str
    choices: [merge, replace]
    default: merge
  rotate_worker_token:
    description: Make the worker's join token invalid and a new one. Every run changes it.
    type: bool
    default: false
  rotate_manager_token:
    description: Make the managers' join token invalid and a new one. Every run changes it.
    type: bool
    default: false
  rotate_unlock_key:
    description: Make a new unlock key. Every run changes it.
    type: bool
    default: false
  rotate_ca:
    description: Make a new certificate authority, and new certificates for all nodes. Every run changes it.
    type: bool
    default: false
  timeout:
    description: Seconds until a node must be empty, and until all must be ready.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Label and drain
  slipway.deploy.swarm_cluster:
    nodes:
      - name: swarm1
        id: 5ezmtf9tnfxjbqqzhqkrqtm4l
        role: manager
        availability: drain
        labels: {zone: a}
    settings:
      task_history_limit: 3
"""

RETURN = r"""
settings:
  description: The settings that changed, with their new values as the engine has them.
  returned: success
  type: dict
  sample: {task_history_limit: 3}
changes:
  description: The nodes that changed, and how.
  returned: success
  type: list
  elements: dict
  sample:
    - node: swarm1
      id: 5ezmtf9tnfxjbqqzhqkrqtm4l
      changes: ["availability active -> drain"]
rotated:
  description: Which keys were made anew.
  returned: success
  type: list
  elements: str
nodes:
  description: All nodes as they are now.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.cluster import SWARM_CLUSTER


def main() -> None:
    run_as_module(SWARM_CLUSTER)


if __name__ == "__main__":
    main()
