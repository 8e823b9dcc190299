#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_exec
short_description: Run a command in a container
version_added: 0.1.0
description:
  - Runs a command in a container that runs, over the API, and fails where its exit code is not 0, as
    M(ansible.builtin.command) does.
  - The API server may write the command into its audit log. Give secrets by O(stdin). Neither is shown in the
    result, whatever the verbosity.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.kube_connection
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
attributes:
  check_mode:
    description: Runs nothing, and the task counts as skipped. The command's effect is not known.
    support: partial
    details: Nothing can say what a command would do, so it is not run.
  diff_mode:
    description: What a command changes is not known.
    support: none
  idempotent:
    description: The command runs each time.
    support: none
options:
  namespace:
    description: Namespace of the pod or workload.
    type: str
    default: default
  pod:
    description: Name of the pod.
    type: str
  api_version:
    description: API version of O(kind). For the built-in workloads it is known.
    type: str
    aliases: [api, version]
  kind:
    description: With O(name), the workload in one of whose ready pods the command is run.
    type: str
    default: Deployment
  name:
    description: Name of the workload, instead of O(pod).
    type: str
  label_selectors:
    description: Label selectors, instead of O(pod). The command is run in one ready pod.
    type: list
    elements: str
  container:
    description:
      - The container. By default the one that the pod's annotation C(kubectl.kubernetes.io/default-container) names,
        else its only one.
    type: str
  command:
    description:
      - The command, as a list of words, or as a string that is split as a shell would. No shell runs it. Where you
        need one, name it, as in V([sh, -c, 'ls | wc -l']).
    type: raw
    required: true
  stdin:
    description: What the command reads. Needs Kubernetes 1.30 or later.
    type: str
  stdin_add_newline:
    description: End O(stdin) with a newline.
    type: bool
    default: true
  strip_empty_ends:
    description: Leave out empty lines at the end of RV(stdout) and RV(stderr).
    type: bool
    default: true
  encoding:
    description: V(base64) for output that is not text. Otherwise what is not UTF-8 is replaced.
    type: str
    choices: [text, base64]
    default: text
  timeout:
    description:
      - Seconds after which the task fails. None by default.
      - The command may go on in the container. The API cannot end it.
    type: float
  limit_bytes:
    description: Most bytes to return of each stream. The rest is left out, with a warning.
    type: int
    default: 10485760
  stream:
    description:
      - Show each line of output as it comes, where the task runs in the controller's own process.
      - Never with C(no_log).
    type: bool
    default: false
requirements:
  - websocket-client (Python library, which the library kubernetes brings along)
seealso:
  - module: slipway.deploy.k8s_logs
  - module: ansible.builtin.command
"""

EXAMPLES = r"""
- name: Run a command in a pod
  slipway.deploy.k8s_exec:
    namespace: visits
    pod: database-0
    command: pg_isready -U visits

- name: Run a migration in one pod of a Deployment, and watch it
  slipway.deploy.k8s_exec:
    namespace: visits
    name: web
    container: app
    command: [./manage, migrate]
    timeout: 600
    stream: true

- name: Give a script by stdin
  slipway.deploy.k8s_exec:
    namespace: visits
    kind: StatefulSet
    name: database
    command: psql -v ON_ERROR_STOP=1
    stdin: "ALTER USER visits PASSWORD '{{ new_password }}'"
"""

RETURN = r"""
namespace:
  description: Namespace of the pod.
  returned: when a container was found
  type: str
pod:
  description: The pod.
  returned: when a container was found
  type: str
container:
  description: The container.
  returned: when a container was found
  type: str
rc:
  description: The exit code. 127 where there is no such program, 126 where it cannot be run, -1 where it is not known.
  returned: when a container was found
  type: int
stdout:
  description: What the command wrote.
  returned: when a container was found
  type: str
stdout_lines:
  description: The same as lines. Empty with O(encoding=base64).
  returned: when a container was found
  type: list
  elements: str
stderr:
  description: What the command wrote to stderr.
  returned: when a container was found
  type: str
stderr_lines:
  description: The same as lines. Empty with O(encoding=base64).
  returned: when a container was found
  type: list
  elements: str
truncated:
  description: Whether output is missing, by O(limit_bytes).
  returned: when a container was found
  type: bool
encoding:
  description: How RV(stdout) and RV(stderr) are written.
  returned: when a container was found
  type: str
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.exec import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
