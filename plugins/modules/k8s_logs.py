#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_logs
short_description: Read the logs of pods and workloads
version_added: 0.1.0
description:
  - Reads what the containers of a pod, of all pods of a workload, or of all pods that selectors choose have written.
  - Of a Deployment these are the pods of its newest template, of a CronJob those of its newest Job.
  - Waits for nothing. A container that has no log, as it has not started, has its reason in RV(logs[].message). Where
    there is no pod, RV(logs) is empty, with a warning.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.kube_connection
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
attributes:
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
options:
  api_version:
    description: API version of O(kind). For the built-in workloads it is known.
    type: str
    aliases: [api, version]
  kind:
    description: A pod, or anything that has a C(spec.selector) for pods.
    type: str
    default: Pod
  name:
    description: Name of the object.
    type: str
  namespace:
    description: Namespace of the object or of the pods.
    type: str
    default: default
  label_selectors:
    description: Label selectors of pods, instead of O(name).
    type: list
    elements: str
  container:
    description:
      - The container to read. By default the one that the pod's annotation C(kubectl.kubernetes.io/default-container)
        names, else all regular ones.
    type: str
  all_containers:
    description: Read the init containers, all regular ones and the ephemeral ones.
    type: bool
    default: false
  since_seconds:
    description: Only what was written in the last so many seconds.
    type: int
  tail_lines:
    description: Only the last so many lines of each container.
    type: int
  previous:
    description: Read the log of the instance before the present one, as after a crash.
    type: bool
    default: false
  timestamps:
    description: Put the time before each line.
    type: bool
    default: false
  limit_bytes:
    description:
      - Most bytes to keep of each container's log. The end is kept, from the start of a line on.
      - More than 16 containers share 16 times as much.
    type: int
    default: 1048576
seealso:
  - module: slipway.deploy.k8s_info
  - module: slipway.deploy.k8s_exec
"""

EXAMPLES = r"""
- name: Read the log of a pod
  slipway.deploy.k8s_logs:
    name: web-1
    namespace: visits

- name: Read the last lines of all pods of a Deployment
  slipway.deploy.k8s_logs:
    kind: Deployment
    name: web
    namespace: visits
    tail_lines: 50

- name: Read what a Job's containers wrote, its init containers too
  slipway.deploy.k8s_logs:
    kind: Job
    name: migrate
    namespace: visits
    all_containers: true
"""

RETURN = r"""
logs:
  description: One entry for each container.
  returned: always
  type: list
  elements: dict
  contains:
    namespace:
      description: Namespace of the pod.
      type: str
    pod:
      description: Name of the pod.
      type: str
    container:
      description: Name of the container.
      type: str
    node:
      description: The node on which the pod is.
      type: str
    state:
      description: V(waiting), V(running) or V(terminated).
      type: str
    message:
      description: Why there is no log, else why the container is in that state.
      type: str
      sample: "ErrImagePull: not found"
    log:
      description: The log.
      type: str
    log_lines:
      description: The log as lines.
      type: list
      elements: str
    truncated:
      description: Whether something before it is left out, by O(limit_bytes).
      type: bool
log:
  description: All logs, one after the other.
  returned: always
  type: str
log_lines:
  description: The same as lines.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.logs import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
