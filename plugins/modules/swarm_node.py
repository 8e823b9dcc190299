#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_node
short_description: Make a Docker Swarm, join one, or leave it
version_added: 0.1.0
description:
  - Makes this host a node. By default it makes a swarm of its own; with O(join) it joins one. A node that is a member
    already is left alone.
  - A join token is on no command line. It goes to the engine by its API, and comes from a file on the controller.
  - Before it joins, the host asks a manager's port itself, so that a closed port is called that.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  state:
    description:
      - V(present) makes the host a node, V(absent) makes it leave by force (drain and demote it first, by
        M(slipway.deploy.swarm_cluster)).
      - V(unlocked) only unlocks a manager whose swarm is locked, and else does nothing but return what the host is.
    type: str
    choices: [present, unlocked, absent]
    default: present
  join:
    description: The swarm to join. Without it the host makes one.
    type: dict
    suboptions:
      remote_addrs:
        description: Addresses of managers, C(host) or C(host:port). The first one that answers is taken.
        type: list
        elements: str
        required: true
      token:
        description: The join token, which also says whether the host becomes a manager or a worker.
        type: str
      token_file:
        description: A file on the controller with the token, as M(slipway.deploy.swarm_keys) writes it.
        type: path
  advertise_addr:
    description: Address or network interface by which other nodes reach this one. By default the engine's choice.
    type: str
  listen_addr:
    description: Where a manager listens.
    type: str
    default: 0.0.0.0:2377
  data_path_addr:
    description: Address or network interface for the containers' own traffic. By default O(advertise_addr).
    type: str
  data_path_port:
    description: UDP port of the containers' traffic. Only when the swarm is made.
    type: int
    default: 4789
  default_addr_pool:
    description: Networks from which overlay networks get theirs. Only when the swarm is made.
    type: list
    elements: str
    default: []
  subnet_size:
    description: Size of each network out of O(default_addr_pool). Only when the swarm is made.
    type: int
    default: 24
  availability:
    description: What the node may run from the beginning.
    type: str
    choices: [active, pause, drain]
    default: active
  force_new_cluster:
    description:
      - Where this manager's swarm has lost its quorum, make a new one from this manager's data, with the same services,
        secrets and nodes. All other managers must join it anew. A manager whose swarm has a leader is left alone.
      - Refused where the host is no manager, since it would make an empty swarm, and where the swarm locks its
        managers, of whose data Docker cannot make a new cluster (U(https://github.com/moby/moby/issues/36852)).
    type: bool
    default: false
  rejoin:
    description: Leave by force whatever swarm the host is in, then make or join one.
    type: bool
    default: false
  unlock_key:
    description: The unlock key, for a manager that was restarted while its swarm is locked.
    type: str
  unlock_key_file:
    description: A file on the controller with the unlock key. It may be missing where nothing is locked.
    type: path
  timeout:
    description: Seconds until the host must be a node.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Make a swarm
  slipway.deploy.swarm_node:
    advertise_addr: 192.0.2.11

- name: Join it
  slipway.deploy.swarm_node:
    join:
      remote_addrs: [192.0.2.11]
      token_file: ~/.slipway/swarm/worker_token
"""

RETURN = r"""
steps:
  description: Of V(init), V(join), V(leave), V(unlock) and V(force_new_cluster) those that were due.
  returned: success
  type: list
  elements: str
  sample: [join]
state:
  description: One of V(inactive), V(pending), V(active), V(locked) and V(error).
  returned: success
  type: str
  sample: active
name:
  description: The host's name as the engine knows it, by which the swarm shows its node.
  returned: success
  type: str
  sample: swarm1
node_id:
  description: Which node of the swarm this host is. Empty outside of one.
  returned: success
  type: str
  sample: 5ezmtf9tnfxjbqqzhqkrqtm4l
address:
  description: The address by which the other nodes reach this one.
  returned: success
  type: str
  sample: 192.0.2.11
manager:
  description: Whether it is a manager.
  returned: success
  type: bool
quorum:
  description: Whether it is a manager that knows a leader, and so can speak for the swarm.
  returned: success
  type: bool
cluster_id:
  description: Which swarm a manager is in.
  returned: success
  type: str
error:
  description: What keeps the engine from taking part.
  returned: success
  type: str
remote_managers:
  description: Addresses of the managers that this host knows.
  returned: success
  type: list
  elements: str
engine_version:
  description: The engine's version.
  returned: success
  type: str
  sample: 26.1.5
live_restore:
  description: Whether the engine has C(live-restore) on, with which it cannot be in a swarm.
  returned: success
  type: bool
locks:
  description: Whether the manager's state on disk is locked, so that a restarted engine needs the unlock key.
  returned: success
  type: bool
nodes:
  description: All nodes as the managers see them. Empty where this host is none.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 5ezmtf9tnfxjbqqzhqkrqtm4l
      hostname: swarm1
      role: manager
      availability: active
      state: ready
      address: 192.0.2.11
      manager_addr: 192.0.2.11:2377
      labels: {zone: a}
      engine_version: 26.1.5
      leader: true
      reachability: reachable
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.node import SWARM_NODE


def main() -> None:
    run_as_module(SWARM_NODE)


if __name__ == "__main__":
    main()
