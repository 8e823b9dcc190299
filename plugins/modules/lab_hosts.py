#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_hosts
short_description: Containers that are hosts, reachable over SSH
version_added: 0.1.0
description:
  - Makes containers that boot systemd, on a network of their own with fixed addresses, and waits until each lets the
    lab's key in over SSH. The key and the hosts' keys are made where missing.
  - A container whose specification has changed is made anew, a stopped one is started, one that is no longer in
    O(hosts) is removed with its volumes.
  - Names of other hosts and name servers are written into the hosts, and repaired where they are wrong.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  name:
    description: The lab's name. The containers' names begin with it.
    type: str
    required: true
  state:
    description:
      - V(absent) removes the containers with their volumes, and the network where this lab made it.
      - Where no engine answers, there is nothing to remove.
    type: str
    choices: [present, absent]
    default: present
  hosts:
    description: The hosts. Required when O(state=present).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The host's name.
        type: str
        required: true
      address:
        description: Its address in O(subnet).
        type: str
        required: true
      memory:
        description: A limit as the engine writes it, such as V(4g). None by default.
        type: str
      groups:
        description: For the inventory. Not used here.
        type: list
        elements: str
        default: []
      vars:
        description: For the inventory. Not used here.
        type: dict
        default: {}
  image:
    description:
      - The image from which new hosts are made. Existing hosts are kept as they are when it changes.
      - Required when O(state=present).
    type: str
  network:
    description: The engine's network. Made where missing. Labs may share one.
    type: str
    required: true
  subnet:
    description: The network's addresses. Required when O(state=present).
    type: str
  key_file:
    description:
      - The private key that the hosts let in. C(known_hosts) is kept beside it.
      - Required when O(state=present).
    type: path
  control_path_dir:
    description: Where Ansible keeps its open connections to these hosts. They are forgotten when a container is new.
    type: path
    default: ~/.ansible/cp
  nameservers:
    description: The hosts' name servers. By default the machine's.
    type: list
    elements: str
    default: []
  capabilities:
    description: The containers' capabilities. By default all that the machine has.
    type: list
    elements: str
    default: []
  volumes:
    description: Directories that get a volume of their own, because overlay file systems cannot be stacked.
    type: list
    elements: str
    default: []
  kernel_limits:
    description:
      - Limits of the machine's kernel that all hosts share, with the least value that they need.
      - What is lower is raised until the machine restarts. Where that is forbidden there is a warning.
    type: dict
    default: {}
  wait_timeout:
    description: Seconds until all hosts must answer.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Two hosts
  slipway.deploy.lab_hosts:
    name: slipway-lab
    network: slipway-lab
    subnet: 172.30.0.0/24
    image: slipway-lab/host:0a1b2c3d4e5f6071
    key_file: .lab/id_ed25519
    hosts:
      - {name: control1, address: 172.30.0.31}
      - {name: worker1, address: 172.30.0.41}
"""

RETURN = r"""
hosts:
  description: What was done with each host; one of created, recreated, started, repaired, unchanged, removed.
  returned: success
  type: list
  elements: dict
  sample:
    - name: control1
      address: 172.30.0.31
      action: unchanged
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.lab.hosts import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
