#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_info
short_description: Read Kubernetes objects
version_added: 0.1.0
description:
  - Reads one object, all that selectors choose, or many kinds at once, in pages.
  - Values of Secrets are masked unless O(show_secrets=true).
  - It does not wait. M(slipway.deploy.k8s_wait) does.
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
    description: API version of O(kind).
    type: str
    default: v1
    aliases: [api, version]
  kind:
    description: Kind of the objects. Its plural in the URL, as V(pods), will do as well.
    type: str
  name:
    description: Name of the object. Without O(namespace) it is looked for in all of them.
    type: str
  namespace:
    description: Namespace of the objects. All by default.
    type: str
  label_selectors:
    description: Label selectors that all must be fulfilled.
    type: list
    elements: str
    default: []
  field_selectors:
    description: Field selectors that all must be fulfilled, as V(status.phase=Running).
    type: list
    elements: str
    default: []
  kinds:
    description:
      - Many kinds in one task, asked for at once.
      - What an entry leaves out of V(namespace), V(label_selectors) and V(field_selectors) is taken from the options
        of the task.
    type: list
    elements: dict
    suboptions:
      api_version:
        description: API version of the kind.
        type: str
        default: v1
        aliases: [api, version]
      kind:
        description: The kind.
        type: str
        required: true
      name:
        description: As O(name).
        type: str
      namespace:
        description: As O(namespace).
        type: str
      label_selectors:
        description: As O(label_selectors).
        type: list
        elements: str
        default: []
      field_selectors:
        description: As O(field_selectors).
        type: list
        elements: str
        default: []
  metadata_only:
    description: Let the server send C(apiVersion), C(kind) and C(metadata) only, which is much less for large objects.
    type: bool
    default: false
  limit:
    description: At most so many objects. RV(continue) and RV(remaining) say what is left.
    type: int
  continue:
    description: Go on where a task with the same options ended, by its RV(continue). The server remembers for minutes.
    type: str
  health:
    description: Return the health of each object in RV(objects).
    type: bool
    default: false
  hidden_fields:
    description: Paths of fields to leave out, as V(status) or V(spec.containers[0].env).
    type: list
    elements: str
    default: []
  show_managed_fields:
    description: Return C(metadata.managedFields) too, which is often the larger half of an object.
    type: bool
    default: false
  show_secrets:
    description: Return the values of Secrets as they are. Set C(no_log) for the task.
    type: bool
    default: false
seealso:
  - module: slipway.deploy.k8s_wait
  - module: slipway.deploy.k8s_logs
"""

EXAMPLES = r"""
- name: Read one object
  slipway.deploy.k8s_info:
    api_version: apps/v1
    kind: Deployment
    name: web
    namespace: visits

- name: Read all pods that run, in all namespaces
  slipway.deploy.k8s_info:
    kind: Pod
    field_selectors: [status.phase=Running]

- name: Read what belongs to an application, with its health
  slipway.deploy.k8s_info:
    namespace: visits
    label_selectors: [app=visits]
    health: true
    kinds:
      - {kind: Deployment, api_version: apps/v1}
      - {kind: Service}
      - {kind: ConfigMap}

- name: Name the first hundred pods of a large cluster
  slipway.deploy.k8s_info:
    kind: Pod
    metadata_only: true
    limit: 100
  register: first

- name: And the next
  slipway.deploy.k8s_info:
    kind: Pod
    metadata_only: true
    limit: 100
    continue: "{{ first.continue }}"

- name: Read a password
  slipway.deploy.k8s_info:
    kind: Secret
    name: database
    namespace: visits
    show_secrets: true
  no_log: true
"""

RETURN = r"""
resources:
  description: The objects, an empty list where there are none.
  returned: success
  type: list
  elements: dict
count:
  description: How many they are.
  returned: success
  type: int
remaining:
  description: How many more the server has. Null where it does not know, as with selectors.
  returned: success
  type: int
continue:
  description: What O(continue) takes to go on. Empty where nothing is left.
  returned: success
  type: str
api_found:
  description: Whether the cluster serves all the kinds.
  returned: success
  type: bool
unknown_kinds:
  description: The kinds that it does not serve.
  returned: success
  type: list
  elements: dict
  sample: []
objects:
  description: The health of each object, in the same order, as M(slipway.deploy.k8s_wait) returns it.
  returned: when O(health=true)
  type: list
  elements: dict
  sample:
    - api_version: apps/v1
      kind: Deployment
      namespace: visits
      name: web
      status: Current
      message: 3/3 updated, 3 available
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.info import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
