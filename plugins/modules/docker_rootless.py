#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_rootless
short_description: Give users a Docker engine of their own, which is not root's
version_added: 0.1.0
description:
  - Each user gets an engine that runs with its own rights, in namespaces of its own. Who breaks out of a container of
    it is that user on the host, and nobody more.
  - The host grants what that takes (subordinate ids, processes that stay without a login, shares of CPU and disk where
    cgroups v2 are), the user's systemd keeps the engine running at boot too, and its docker command finds the engine by
    the context C(rootless), unless the user has chosen another one.
  - Its configuration is merged into C(~/.config/docker/daemon.json), checked by the engine before it replaces the old
    one, and put back where the engine does not come up. What can be read again by a signal is, everything else means a
    restart.
  - Containers end with a rootless engine, since C(live-restore) cannot keep them there. So a restart is refused while
    containers run, unless O(keep_containers=false). An engine of an older version than the installed one is left
    running then, with a warning.
  - All in the homes of users is read and written with their rights.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  users:
    description:
      - Users of this host, not root.
      - With O(state=absent), none stands for all whose engines this module has made.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(absent) stops the engine with its containers and removes what this module made. Subordinate ids stay, and so
        does an engine that the user has set up without this module.
    type: str
    choices: [present, absent]
    default: present
  options:
    description: Options of the engine, as it documents them for C(daemon.json), but for C(hosts) and C(pidfile).
    type: dict
    default: {}
  merge:
    description: As for M(slipway.deploy.docker_engine).
    type: bool
    default: true
  environment:
    description:
      - What the script that wraps the engine is told, such as C(DOCKERD_ROOTLESS_ROOTLESSKIT_PORT_DRIVER). It can be
        read by the user, so it is no place for secrets.
    type: dict
    default: {}
  script:
    description: The script that wraps the engine. By default the one of the installed packages, C(dockerd-rootless.sh).
    type: path
  keep_containers:
    description: Refuse what would end containers.
    type: bool
    default: true
  remove_data:
    description: With O(state=absent), remove images, containers and volumes too.
    type: bool
    default: false
  restart_after:
    description:
      - Other files that an engine reads only at its start, such as the host's certificate authorities.
      - One that is newer than the running engine means a restart.
    type: list
    elements: path
    default: []
requirements:
  - systemd, rootlesskit, slirp4netns and uidmap on the host, or the package docker-ce-rootless-extras
  - root on the host (C(become))
notes:
  - Shares of CPU and disk come to a user who is logged in already with the next login.
  - Without cgroups v2, limits of memory and CPU on containers have no effect.
  - Ports below 1024 are root's. The sysctl C(net.ipv4.ip_unprivileged_port_start) gives them to users.
seealso:
  - module: slipway.deploy.docker_engine
"""

EXAMPLES = r"""
- name: An engine for the deployer, which can do no more than the deployer
  slipway.deploy.docker_rootless:
    users: [deploy]
    options:
      registry-mirrors: ["https://registry1:5000"]
      log-opts:
        max-size: 20m
        max-file: "5"
  become: true

- name: Deploy to it
  slipway.deploy.compose_stack:
    project_name: visits
    project_dir: /home/deploy/visits
    definition: "{{ lookup('ansible.builtin.file', 'compose.yml') }}"
  become: true
  become_user: deploy

- name: Remove all engines of users, with their data
  slipway.deploy.docker_rootless:
    state: absent
    remove_data: true
  become: true
"""

RETURN = r"""
engines:
  description: What became of each user's engine.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: The user.
      type: str
      sample: deploy
    socket:
      description: Where the engine answers, for E(DOCKER_HOST).
      type: str
      sample: unix:///run/user/1000/docker.sock
    changed:
      description: Whether anything of it changed.
      type: bool
    started:
      description: Whether it was not running and was started.
      type: bool
    restarted:
      description: Whether it was restarted.
      type: bool
    reloaded:
      description: Whether it was told to read its configuration again, and has.
      type: bool
    reasons:
      description: What was granted, and why it was started, restarted or reloaded.
      type: list
      elements: str
      sample: ["subordinate user ids", "it does not run"]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.verb import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
