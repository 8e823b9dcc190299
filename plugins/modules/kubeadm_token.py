#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubeadm_token
short_description: Make a token with which hosts join a cluster
version_added: 0.1.0
description:
  - Runs C(kubeadm token create) on a control plane. The token is in the result, so give the task C(no_log).
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
  idempotent:
    support: none
    details: Every run makes a new token. Run it only when a host must join.
options:
  ttl:
    description: How long the token is valid, as Go writes durations.
    type: str
    default: 15m
  forget:
    description:
      - Nodes whose objects are deleted first, because their hosts are reset before they join again. kubeadm refuses a
        host while an object of the same name looks alive.
    type: list
    elements: str
    default: []
  kubeadm:
    description: The kubeadm program.
    type: path
    default: kubeadm
  kubectl:
    description: The kubectl program.
    type: path
    default: kubectl
"""

EXAMPLES = r"""
- name: Make a token for the hosts that are not nodes yet
  slipway.deploy.kubeadm_token:
    ttl: 10m
  register: join
  no_log: true
"""

RETURN = r"""
endpoint:
  description: Host and port of the API server.
  returned: success, not in check mode
  type: str
  sample: 192.0.2.1:6443
token:
  description: The token.
  returned: success, not in check mode
  type: str
  sample: "******"
ca_hash:
  description: Hash of the public key of the cluster's CA, by which a joining host recognises the cluster.
  returned: success, not in check mode
  type: str
  sample: "sha256:0d1f"
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.make_token import KUBEADM_TOKEN


def main() -> None:
    run_as_module(KUBEADM_TOKEN)


if __name__ == "__main__":
    main()
