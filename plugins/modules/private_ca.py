#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: private_ca
short_description: Keep a private certificate authority and the certificates it signs
version_added: 0.1.0
description:
  - Makes the authority's key and certificate, and a key and a certificate for each server or client, where they
    are missing.
  - Issues a certificate again before it expires, when its names or its usage change, or when it does not belong to its
    key or to this authority. Private keys are made once, with mode V(0600), and never leave their host.
  - Each file is put in place at once, key before certificate, so a killed run is made good by the next.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
requirements:
  - openssl 3.0 or newer on the host
options:
  directory:
    description: Directory of the authority's C(ca.key) and C(ca.crt).
    type: path
    required: true
  common_name:
    description: Name of the authority.
    type: str
    default: Slipway private authority
  days:
    description: Days for which the authority's certificate is valid.
    type: int
    default: 3650
  renew_before_days:
    description: A certificate that is valid for fewer days than this is issued again.
    type: int
    default: 30
  certificates:
    description: Servers and clients that the authority vouches for.
    type: list
    elements: dict
    default: []
    suboptions:
      key:
        description: File of the private key.
        type: path
        required: true
      certificate:
        description: File of the certificate.
        type: path
        required: true
      names:
        description: DNS names and IP addresses of the server, or a name of the client. The first is its common name.
        type: list
        elements: str
        required: true
      usage:
        description: Whether the certificate shows who a server is, or who a client is.
        type: str
        choices: [server, client]
        default: server
      days:
        description: Days for which the certificate is valid.
        type: int
        default: 365
      owner:
        description: Owner of both files. Left as it is by default; a new file belongs to the task's user.
        type: str
      group:
        description: Group of both files.
        type: str
"""

EXAMPLES = r"""
- name: Certificate of the registry
  slipway.deploy.private_ca:
    directory: /etc/slipway/registry/ca
    certificates:
      - key: /etc/slipway/registry/server.key
        certificate: /etc/slipway/registry/server.crt
        names: [registry1, 172.30.0.10]
        owner: docker-registry
"""

RETURN = r"""
ca:
  description: The authority's certificate as PEM text. Empty in check mode where there is none yet.
  returned: success
  type: str
issued:
  description: What was issued, and why.
  returned: success
  type: list
  elements: dict
  sample:
    - {certificate: /etc/slipway/registry/server.crt, reason: expires soon}
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.pki.issue import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
