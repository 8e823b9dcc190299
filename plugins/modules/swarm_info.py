#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_info
short_description: Read what a host is in a Docker Swarm
version_added: 0.1.0
description:
  - Says whether this host's engine is in a swarm, as what, and on a manager which nodes there are.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options: {}
"""

EXAMPLES = r"""
- name: See what the host is in a swarm
  slipway.deploy.swarm_info:
  register: member
"""

RETURN = r"""
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
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.info import SWARM_INFO


def main() -> None:
    run_as_module(SWARM_INFO)


if __name__ == "__main__":
    main()
