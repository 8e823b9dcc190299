#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_keys
short_description: Keep a Docker Swarm's join tokens and unlock key in files on the controller
version_added: 0.1.0
description:
  - Reads them on a manager and writes each to a file on the controller, mode 0600.
  - They are in no result, log or fact. The manager seals them with a key that the controller makes for this task alone
    (C(openssl) does it on both), so that not even C(-vvvv) shows them.
  - In check mode nothing is written. A key that does not exist yet is predicted to be made.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  dest:
    description: Directory on the controller, made where missing (mode 0700). Each file has the name of its key.
    type: path
    required: true
  keys:
    description: What to keep. The unlock key of a swarm that does not lock is empty, and no file is written.
    type: list
    elements: str
    choices: [worker_token, manager_token, unlock_key]
    required: true
  public_key:
    description: Whom the manager seals for. The action plugin sets it.
    type: str
requirements:
  - C(openssl) on the manager and on the controller
"""

EXAMPLES = r"""
- name: Keep the unlock key
  slipway.deploy.swarm_keys:
    dest: ~/.slipway/swarm
    keys: [unlock_key]
"""

RETURN = r"""
files:
  description: Names of the files that were written or changed.
  returned: success
  type: list
  elements: str
  sample: [unlock_key]
missing:
  description: Keys that the swarm does not have, as it does not lock.
  returned: success, not in check mode
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.keys import SWARM_KEYS


def main() -> None:
    run_as_module(SWARM_KEYS)


if __name__ == "__main__":
    main()
