#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
module: docker_static
short_description: Install an engine from Docker's archive of binaries
version_added: 0.1.0
description:
  - For hosts that reach no package source. The archive's checksum is compared, and its engine is asked for its version,
    before the links in O(directory) lead to it.
  - Units for systemd are not made here; the role docker_host brings them. A running engine is restarted by
    M(slipway.deploy.docker_engine), which notices that another version is installed.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
attributes:
  diff_mode:
    support: none
options:
  state:
    description: V(absent) stops the containers and removes the programs, and none of the engine's data.
    type: str
    choices: [present, absent]
    default: present
  url:
    description: The archive, such as V(file:///root/docker-28.5.2.tgz).
    type: str
  checksum:
    description: Its SHA-256, with or without C(sha256:) before it.
    type: str
  version:
    description: The version that it holds.
    type: str
  directory:
    description: A directory of the PATH, for links to the programs.
    type: path
    default: /usr/local/bin
  store:
    description: Where the programs lie.
    type: path
    default: /opt/slipway/docker
  allow_downgrade:
    description: Whether an older version may replace a newer one.
    type: bool
    default: false
  socket:
    description: The socket on which the engine answers.
    type: path
    default: /var/run/docker.sock
"""

EXAMPLES = r"""
- name: An engine from an archive that was copied before
  slipway.deploy.docker_static:
    url: file:///root/docker-28.5.2.tgz
    checksum: sha256:1500c1f56fa9e26b9b8f42452a553675796ade0807cdce11975eb98170b3a570
    version: 28.5.2
"""

RETURN = r"""
version_before:
  description: The version that was installed before. Empty where there was none.
  returned: success
  type: str
  sample: 26.1.5
version:
  description: The version that is installed now.
  returned: success
  type: str
  sample: 28.5.2
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.static import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
