#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubeadm_node
short_description: Make a host a node of a cluster by kubeadm
version_added: 0.1.0
description:
  - Runs C(kubeadm init) or C(kubeadm join) once. A node that is already part of the cluster is left alone.
  - What a run left behind that was killed in the middle is recognised by a record in C(/var/lib/slipway), reset and
    made again. Files of a cluster that is not ours are never reset.
  - While one kubeadm works on the host, a second run waits for it, even where the first run's own process is gone.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  command:
    description: Which of kubeadm's commands makes this node.
    type: str
    required: true
    choices: [init, join]
  config:
    description:
      - kubeadm's configuration, YAML documents. It can hold a token, so it is shown nowhere, and the file that kubeadm
        reads can be read by root only and is removed afterwards.
    type: str
    required: true
  cluster_ca_sha256:
    description: RV(slipway.deploy.kubeadm_info#module:ca_sha256) of the control plane. Needed to join.
    type: str
    default: ""
  cri_socket:
    description: The container runtime's socket.
    type: str
    default: unix:///run/containerd/containerd.sock
  kubeadm:
    description: The kubeadm program.
    type: path
    default: kubeadm
  kubectl:
    description: The kubectl program.
    type: path
    default: kubectl
  api_timeout:
    description: Seconds to wait until a control plane's API server answers, on every run.
    type: int
    default: 120
  lock_timeout:
    description: Seconds to wait for another kubeadm that works on this host.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Make the first control plane
  slipway.deploy.kubeadm_node:
    command: init
    config: "{{ lookup('ansible.builtin.template', 'kubeadm-init.yaml.j2') }}"
"""

RETURN = r"""
steps:
  description: Of V(reset), V(init), V(join) and V(adopt) those that were due.
  returned: success
  type: list
  elements: str
  sample: [reset, init]
ca_sha256:
  description: SHA-256 of the cluster's CA file, as it is after this task.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.become_node import KUBEADM_NODE


def main() -> None:
    run_as_module(KUBEADM_NODE)


if __name__ == "__main__":
    main()
