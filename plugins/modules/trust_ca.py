#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trust_ca
short_description: Make a host trust certificate authorities
version_added: 0.1.0
description:
  - Adds certificate authorities to the system's store (Debian's and Red Hat's families) and to the Docker engine's
    directory of registries, and rebuilds the system's bundle when one is missing from it.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  authorities:
    description: Authorities that the whole host trusts.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The authority's name in the store; a file name without its ending.
        type: str
        required: true
      ca:
        description: The certificate as PEM text. One of O(authorities[].ca) and O(authorities[].ca_file) is needed.
        type: str
      ca_file:
        description: A file with the certificate, on the controller.
        type: path
  registries:
    description: Registries whose authority the Docker engine trusts. The engine needs no restart for it.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The registry as images name it, C(host) or C(host:port).
        type: str
        required: true
      ca:
        description: The certificate as PEM text. One of O(registries[].ca) and O(registries[].ca_file) is needed.
        type: str
      ca_file:
        description: A file with the certificate, on the controller.
        type: path
  registries_dir:
    description: The Docker engine's directory of registries.
    type: path
    default: /etc/docker/certs.d
"""

EXAMPLES = r"""
- name: Trust the company's authority and the registry's own
  slipway.deploy.trust_ca:
    authorities:
      - name: company
        ca_file: company.pem
    registries:
      - host: registry1:5000
        ca_file: registry-ca.crt
"""

RETURN = r"""
files:
  description: The files that hold O(authorities). A program that reads them at its start only is older than they are.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/share/ca-certificates/company.crt]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.trust.trust import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
