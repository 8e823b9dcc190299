#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubeadm_info
short_description: Tell how far kubeadm has come on a host
version_added: 0.1.0
description:
  - Reads what M(slipway.deploy.kubeadm_node) remembered and the files that kubeadm made.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  programs:
    description: Programs that kubeadm, the kubelet and the runtime call. Those that are not there are named.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See whether this host belongs to a cluster
  slipway.deploy.kubeadm_info:
  register: node
"""

RETURN = r"""
state:
  description:
    - V(absent), kubeadm has made nothing here; V(partial), a run of ours did not finish; V(member), the host is a node
      of our cluster; V(foreign), there are files of kubeadm that are not ours.
  returned: success
  type: str
  sample: member
ca_sha256:
  description: SHA-256 of the cluster's CA file. The nodes of one cluster have the same one.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
version:
  description: The Kubernetes version of a control plane, else none.
  returned: success
  type: str
  sample: 1.37.2
swap:
  description: The swap devices and files in use.
  returned: success
  type: list
  elements: str
  sample: [/dev/sda2]
missing_programs:
  description: Those of O(programs) that are not installed.
  returned: success
  type: list
  elements: str
  sample: [conntrack]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.info import KUBEADM_INFO


def main() -> None:
    run_as_module(KUBEADM_INFO)


if __name__ == "__main__":
    main()
