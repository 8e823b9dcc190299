# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which registries a task means: OPTIONS of module_utils/registry/access.py."""

    DOCUMENTATION = r"""
options:
  registry_username:
    description:
      - User name for the one registry that the task's names are in. With several of them, use O(registries).
      - Without it, logins are looked up as Docker does. That is C(config.json) in C(DOCKER_CONFIG) or C(~/.docker),
        with C(auths), C(credHelpers), C(credsStore) and identity tokens.
    type: str
  registry_password:
    description: Password of O(registry_username).
    type: str
  ca_file:
    description:
      - Certificate of the registries' own authority (PEM), beside those that the system trusts and those in
        C(/etc/docker/certs.d).
    type: path
  validate_certs:
    description:
      - Whether certificates are checked. By default as the Docker engine does, so not on loopback addresses, unless
        O(ca_file) is given.
      - With V(false), a registry that speaks no TLS is used too.
    type: bool
  registries:
    description: What holds for single registries, over the options above.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The registry as it stands in images' names, for example V(registry1:5000) or V(docker.io).
        type: str
        required: true
      username:
        description: User name.
        type: str
      password:
        description: Password, or an access token that stands for one.
        type: str
      ca_file:
        description: Certificate of its authority (PEM).
        type: path
      validate_certs:
        description: Whether its certificate is checked.
        type: bool
  retries:
    description:
      - How often a request is sent again after a broken connection or an answer that passes (429, 500, 502, 503, 504),
        with growing pauses. Where the registry asks for a pause (C(Retry-After)), that is kept, up to a minute.
    type: int
    default: 4
"""
