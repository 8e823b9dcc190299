#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
module: docker_packages
short_description: Install, upgrade, hold or remove an engine's packages
version_added: 0.1.0
description:
  - Has an engine's packages in the version that is asked for, in one task. The package sources are asked only when
    something is missing, and a version that none of them has is refused before anything is installed.
  - An upgrade restarts the engine. Where containers run on it they go on running if its C(live-restore) is on; where it
    is off, the upgrade is refused unless O(keep_containers=false).
  - A downgrade is refused unless O(allow_downgrade=true).
  - A version that is pinned is held, so that unattended upgrades leave it alone; only holds that this module made are
    ever lifted.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  state:
    description: V(absent) stops the containers and removes the packages; data goes only with O(remove_data).
    type: str
    choices: [present, absent]
    default: present
  manager:
    description:
      - The distribution's package manager.
      - V(apt) is tested. V(dnf) and V(apk) are not, for want of a host.
    type: str
    choices: [apt, dnf, apk]
    required: true
  engine:
    description: The packages that come in one version, the engine's own first.
    type: list
    elements: str
    required: true
  packages:
    description: Packages that only have to be installed, in whatever version.
    type: list
    elements: str
    default: []
  version:
    description:
      - Version of O(engine), such as V(26.1.5), or V(26.1) for any of its patch releases. A package's whole version
        will do too.
      - V(latest) upgrades to what the sources have. By default an engine that is installed is left as it is.
    type: str
    default: ""
  hold:
    description: Whether a version that O(version) pins is held.
    type: bool
    default: true
  allow_downgrade:
    description: Whether an older version may replace a newer one.
    type: bool
    default: false
  keep_containers:
    description: Refuse to change the version where that would stop containers that run.
    type: bool
    default: true
  cache_valid_time:
    description: Seconds for which the package lists count as fresh.
    type: int
    default: 3600
  remove_data:
    description: Folders to empty with O(state=absent), such as the engine's C(/var/lib/docker).
    type: list
    elements: path
    default: []
  socket:
    description: The socket on which the engine answers.
    type: path
    default: /var/run/docker.sock
"""

EXAMPLES = r"""
- name: Debian's engine, pinned and held
  slipway.deploy.docker_packages:
    manager: apt
    engine: [docker.io, docker-cli]
    packages: [docker-buildx, docker-compose]
    version: "26.1"
"""

RETURN = r"""
action:
  description: What happens to the engine, one of V(install), V(upgrade), V(downgrade), V(remove) and V(none).
  returned: success
  type: str
  sample: upgrade
installed:
  description: The packages that were installed, upgraded or taken back.
  returned: success
  type: list
  elements: str
  sample: [docker-cli, docker.io]
version_before:
  description: The version of the engine's package before. Empty where it was not installed.
  returned: success
  type: str
  sample: 26.1.5+dfsg1-9
version:
  description: Its version now.
  returned: success
  type: str
  sample: 28.5.2+dfsg4-5
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.packages.install import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
