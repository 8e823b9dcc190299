#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_backup
short_description: Back up a Docker Swarm by a manager's raft state, and restore it
version_added: 0.1.0
description:
  - The raft state of one manager is the whole swarm. Its services, networks, secrets, configs, nodes and keys.
  - It is consistent only while the engine is stopped, so the engine is stopped for the moment of copying, on a manager
    that is not needed for the majority. The containers of that manager stop with it, and the swarm starts them
    elsewhere or again; drain it before where that matters. A timer of systemd's starts the engine where the task is
    killed.
  - The archive holds the swarm's keys and is readable by root alone. Of a swarm that locks, it can be used only
    together with the unlock key of its time, and only where the swarm has a single manager. Docker cannot make a new
    cluster from the locked state of one of several (U(https://github.com/moby/moby/issues/36852)), so a restore of that
    is refused.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
  idempotent:
    support: none
    description:
      - A backup is made each time. A restore of what was restored already changes nothing; it is refused where the host
        is in another swarm.
options:
  path:
    description: The archive (C(.tar.gz)) on the host.
    type: path
    required: true
  state:
    description:
      - V(saved) writes the archive. V(restored) puts it in place of the engine's state. The manager then knows its
        swarm but has no majority; M(slipway.deploy.swarm_node) with
        O(slipway.deploy.swarm_node#module:force_new_cluster) makes a swarm of it again.
    type: str
    choices: [saved, restored]
    default: saved
  data_root:
    description: The engine's C(data-root).
    type: path
    default: /var/lib/docker
  allow_outage:
    description: Back up also where stopping this manager leaves no majority (a single manager). Services go on running.
    type: bool
    default: false
  force:
    description: Restore also over the state of a swarm that the host is in.
    type: bool
    default: false
  timeout:
    description: Seconds until the engine must be back.
    type: int
    default: 120
requirements:
  - systemd
"""

EXAMPLES = r"""
- name: Back up
  slipway.deploy.swarm_backup:
    path: /var/lib/slipway/swarm.tar.gz

- name: Restore
  slipway.deploy.swarm_backup:
    path: /var/lib/slipway/swarm.tar.gz
    state: restored
"""

RETURN = r"""
path:
  description: The archive.
  returned: success
  type: str
name:
  description: What to call the archive where many are kept. The swarm's id and the time.
  returned: O(state=saved)
  type: str
  sample: uqx7cuhpbn0p3c0lxdx1icze9-20261124T132949Z.tar.gz
cluster_id:
  description: Which swarm was saved.
  returned: success
  type: str
locks:
  description: Whether the state can be used only with the unlock key.
  returned: success
  type: bool
restorable:
  description: Whether a swarm can be made of the archive alone. Not where it is locked and one of several managers.
  returned: O(state=saved)
  type: bool
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.backup import SWARM_BACKUP


def main() -> None:
    run_as_module(SWARM_BACKUP)


if __name__ == "__main__":
    main()
