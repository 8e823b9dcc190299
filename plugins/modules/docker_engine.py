#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_engine
short_description: Configure a Docker engine and keep it running
version_added: 0.1.0
description:
  - Writes the engine's configuration file and starts the engine. A running one reads the file again by a signal where
    that suffices (C(labels), C(debug), C(registry-mirrors), C(insecure-registries), C(live-restore), C(runtimes),
    C(features), the limits of concurrent transfers and others), and is restarted where not. Check mode says which.
  - The configuration is checked by the engine itself before it replaces the old one (Docker 23.0 and newer). If the
    engine does not come up with it, the old configuration is put back and the task fails with the engine's reason.
  - Works under systemd, and where systemd is not PID 1 (a container, a minimal virtual machine).
  - A run that was killed between writing and restarting is made good by the next run.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
options:
  state:
    description:
      - V(stopped) ends an engine that this module started with O(service=detached), unless containers run on it.
        Any other engine stays as it is.
      - V(disabled) is for hosts where only the engines of users are wanted (M(slipway.deploy.docker_rootless)). The
        system's engine is stopped and starts no more at boot. While containers run on it that is refused.
    type: str
    choices: [running, stopped, disabled]
    default: running
  options:
    description: Options of the engine, as it documents them for C(daemon.json).
    type: dict
    default: {}
  merge:
    description:
      - Keep what others have written into O(config_file), and put O(options) over it, mapping by mapping.
      - An option that an earlier run set and that is wanted no more goes, since its name was noted beside the file.
      - With V(false) the file holds O(options) and nothing else.
    type: bool
    default: true
  config_file:
    description: The engine's configuration file.
    type: path
    default: /etc/docker/daemon.json
  drop_in:
    description:
      - Text for a drop-in of C(docker.service), such as another C(ExecStart), put in place and put back together with
        O(config_file). An empty string removes it; by default a drop-in that is there is left alone.
      - Only with O(service=systemd).
    type: str
  service:
    description:
      - Who keeps the engine running.
      - V(systemd) enables and starts the unit C(docker.service).
      - V(openrc) does the same for Alpine's service C(docker). It is not tested.
      - V(detached) starts O(command) as a process of its own, with its log in O(log_file).
    type: str
    choices: [systemd, openrc, detached]
    default: systemd
  command:
    description:
      - The command that starts the engine when O(service=detached).
      - Its first word is also the program that checks O(options).
    type: list
    elements: str
    default: [dockerd]
  log_file:
    description: Where the engine's log goes when O(service=detached).
    type: path
    default: /var/log/dockerd.log
  socket:
    description: The socket on which the engine answers.
    type: path
    default: /var/run/docker.sock
  restart_after:
    description:
      - Other files that the engine reads only at its start.
      - One that is newer than the running engine means a restart.
    type: list
    elements: path
    default: []
  wait_timeout:
    description: Seconds until the engine must have started, or ended.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Engine under systemd with log rotation
  slipway.deploy.docker_engine:
    options:
      live-restore: true
      log-driver: json-file
      log-opts:
        max-size: 20m
        max-file: "5"

- name: Engine in a container without systemd
  slipway.deploy.docker_engine:
    service: detached
    options:
      registry-mirrors: ["https://registry1:5000"]
"""

RETURN = r"""
restarted:
  description: Whether the running engine was restarted.
  returned: success
  type: bool
  sample: false
reloaded:
  description: Whether the running engine was told to read its configuration again, and has.
  returned: success
  type: bool
  sample: false
reasons:
  description: Why it was started, restarted or reloaded.
  returned: success
  type: list
  elements: str
  sample: ["changed options: labels"]
started:
  description: Whether the engine was not running and was started.
  returned: success
  type: bool
  sample: true
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.configure import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
