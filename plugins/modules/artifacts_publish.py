#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifacts_publish
short_description: Send gathered artifacts to the host that serves them
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Puts files of the controller's cache below a document root, under the same paths.
  - The host says first what it lacks; only that is sent. Each file is compared with its checksum and renamed into
    place.
  - Files of other versions stay where they are.
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  action_group:
    description: Use C(group/slipway.deploy.all) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.all
options:
  directory:
    description: RV(slipway.deploy.artifacts#module:directory), a folder on the controller.
    type: path
    required: true
  files:
    description: RV(slipway.deploy.artifacts#module:files).
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Path below O(directory) and below O(root).
        type: str
        required: true
      sha256:
        description: Checksum of the file.
        type: str
        required: true
      size:
        description: Not used, so that the list can be given as it is.
        type: int
      source:
        description: Not used, so that the list can be given as it is.
        type: str
  root:
    description: Document root on the host.
    type: path
    required: true
  incoming:
    description: Set by the action plugin, the folder on the host where the sent files lie.
    type: path
  state_file:
    description: Where the host remembers which content its files have, by size and time.
    type: path
    default: /var/lib/slipway/published.json
"""

EXAMPLES = r"""
- name: Serve the artifacts
  slipway.deploy.artifacts_publish:
    directory: "{{ gathered.directory }}"
    files: "{{ gathered.files }}"
    root: /srv/slipway/artifacts
"""

RETURN = r"""
published:
  description: Paths that were missing or different.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.publish import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
