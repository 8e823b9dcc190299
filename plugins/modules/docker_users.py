#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
module: docker_users
short_description: Who may use a Docker engine, and their logins and proxies
version_added: 0.1.0
description:
  - Adds users to the engine's group, and puts logins of registries and proxies into the C(~/.docker/config.json) of
    users, in one task.
  - What is there already is kept. A login or a proxy that an earlier run put there and that is wanted no more goes.
  - The file belongs to its user, with mode V(0600). It is shown nowhere.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  members:
    description: Users of this host who may use the engine. That makes them root on the host.
    type: list
    elements: str
    default: []
  group:
    description: The engine's group.
    type: str
    default: docker
  users:
    description: Users of this host who get O(registries) and O(proxies).
    type: list
    elements: str
    default: []
  registries:
    description: Logins of registries.
    type: list
    elements: dict
    default: []
    suboptions:
      registry:
        description: The registry as images name it, C(host) or C(host:port); V(docker.io) for Docker Hub.
        type: str
        required: true
      username:
        description: The user's name there.
        type: str
        required: true
      password:
        description: The password or token.
        type: str
        required: true
  proxies:
    description:
      - What the docker command gives to containers and builds as their proxy, as its own configuration calls it, such
        as C(httpProxy), C(httpsProxy) and C(noProxy).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Let the deployer use the engine and the company's registry
  slipway.deploy.docker_users:
    members: [deploy]
    users: [root, deploy]
    registries:
      - registry: registry1:5000
        username: deploy
        password: "{{ vault_registry_password }}"
"""

RETURN = r"""
joined:
  description: Users who were added to the group.
  returned: success
  type: list
  elements: str
  sample: [deploy]
configured:
  description: Users whose configuration changed.
  returned: success
  type: list
  elements: str
  sample: [root, deploy]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.users import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
