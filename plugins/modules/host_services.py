#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_services
short_description: Have systemd's units enabled, running and up to date with their files, or gone
version_added: 0.1.0
description:
  - Enables and starts any number of units in one task, and restarts one that runs when a file that it reads is younger
    than its process. Unlike a handler this also works when the run that changed the file was killed before the restart.
  - Lets systemd read its units again where they changed on disk.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  services:
    description: The units, in the order in which they are started.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The unit's whole name, such as V(containerd.service).
        type: str
        required: true
      state:
        description:
          - With V(started) the unit is enabled and runs.
          - With V(enabled) it is enabled, and restarted when it runs and is stale, but it is not started.
          - With V(absent) it is stopped and disabled, and its file in C(/etc/systemd/system) is removed.
        type: str
        choices: [started, enabled, absent]
        default: started
      watch:
        description: Files that the unit's process reads at its start. One that does not exist does not count.
        type: list
        elements: path
        default: []
      put_back:
        description:
          - When a restart fails, put back the files of O(services[].watch) of which M(slipway.deploy.host_files) kept
            the one before, restart again, and fail with both facts.
        type: bool
        default: false
"""

EXAMPLES = r"""
- name: Run the container runtime with its present configuration
  slipway.deploy.host_services:
    services:
      - name: containerd.service
        watch:
          - /etc/containerd/config.toml
          - /usr/local/bin/containerd
"""

RETURN = r"""
services:
  description: Every unit, what was done to it and why.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The unit.
      type: str
      returned: always
    actions:
      description: Of V(enable), V(start), V(restart) and V(remove) those that were due.
      type: list
      elements: str
      returned: always
    reasons:
      description: Why.
      type: list
      elements: str
      returned: always
  sample:
    - {name: containerd.service, actions: [restart], reasons: [older than /etc/containerd/config.toml]}
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.host.settle_services import HOST_SERVICES


def main() -> None:
    run_as_module(HOST_SERVICES)


if __name__ == "__main__":
    main()
