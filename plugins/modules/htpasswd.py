#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: htpasswd
short_description: Write an htpasswd file with bcrypt hashes
version_added: 0.1.0
description:
  - Makes a file that holds exactly the given users. The hash of a password that has not changed is kept.
  - Passwords reach the C(htpasswd) command through its standard input, never its command line.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
requirements:
  - the htpasswd command on the host (Debian's package apache2-utils)
options:
  path:
    description: The file.
    type: path
    required: true
  users:
    description: User name to password. Other users are removed from the file.
    type: dict
    required: true
  owner:
    description: Owner of the file.
    type: str
  group:
    description: Group of the file.
    type: str
  mode:
    description: Mode of the file.
    type: str
    default: "0640"
"""

EXAMPLES = r"""
- name: Users of the registry
  slipway.deploy.htpasswd:
    path: /etc/docker/registry/htpasswd
    users:
      deploy: "{{ vault_registry_password }}"
    group: docker-registry
"""

RETURN = r"""
users:
  description: The users in the file.
  returned: success
  type: list
  elements: str
  sample: [deploy]
updated:
  description: Users that are new or have a new password.
  returned: success
  type: list
  elements: str
  sample: [deploy]
removed:
  description: Users that are no longer in the file.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.htpasswd.users import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
