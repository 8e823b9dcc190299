#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_apply
short_description: Apply or remove any number of Kubernetes objects
version_added: 0.1.0
description:
  - Brings objects to the state that manifests describe, by server-side apply, in an order in which each finds what it
    needs.
  - All objects are checked by the API server before the first one is written. A misspelled field, a field that another
    tool owns or a missing namespace fails the task with nothing changed, and the message names file, line and field.
  - What is as it should be is not written again.
author:
  - Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
  - slipway.deploy.kube_connection
  - slipway.deploy.kube_sources
options:
  state:
    description:
      - V(present) applies the objects, V(absent) deletes them.
      - To delete, a manifest needs no more than C(apiVersion), C(kind) and C(metadata) with name and namespace.
    type: str
    choices: [present, absent]
    default: present
  namespace:
    description: The namespace of objects whose manifest names none. Else it is V(default).
    type: str
  field_manager:
    description:
      - The name under which the API server remembers which fields are ours.
      - A field that is no longer in the manifest is removed if nobody else owns it.
    type: str
    default: slipway
  force_conflicts:
    description:
      - Take over fields that another field manager has set to another value. Otherwise such a field fails the task, and
        the message names it and its owner.
    type: bool
    default: false
  wait:
    description:
      - With O(state=present), wait until all objects are healthy, as M(slipway.deploy.k8s_wait) does.
      - With O(state=absent), wait until they are gone, in each step of the order.
    type: bool
    default: false
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 120
notes:
  - Namespaces and CustomResourceDefinitions are applied first, and definitions awaited; then service accounts, RBAC,
    configuration, quotas and storage; then services; then workloads and all that is not named here; webhooks come last.
    V(absent) goes the other way round.
  - Objects in a namespace that the same task makes are checked by a dry run in the namespace C(default). Objects of a
    kind that the same task defines or changes can be checked only once the definition is there; in check mode they
    count as created, or as configured where they exist.
  - If an object fails while others are written, those of the same step are still written, and those of later steps are
    not. The result lists all of them.
seealso:
  - module: slipway.deploy.k8s_wait
  - module: slipway.deploy.k8s_rollout
"""

EXAMPLES = r"""
- name: Apply all manifests in the role's files/manifests
  slipway.deploy.k8s_apply:
    src: manifests

- name: Apply one object and wait until it runs
  slipway.deploy.k8s_apply:
    kubeconfig: ~/.kube/staging.yml
    namespace: shop
    definition:
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        replicas: 3
        selector:
          matchLabels: {app: web}
        template:
          metadata:
            labels: {app: web}
          spec:
            containers:
              - name: web
                image: registry.example.com/shop/web:1.4
    wait: true

- name: Render templates and apply what comes out
  slipway.deploy.k8s_apply:
    template:
      - namespace.yml.j2
      - web.yml.j2

- name: Take over fields that were set by hand
  slipway.deploy.k8s_apply:
    src: web.yml
    force_conflicts: true

- name: Remove everything again
  slipway.deploy.k8s_apply:
    src: manifests
    state: absent
    wait: true
"""

RETURN = r"""
objects:
  description: Each object and what was done with it (in check mode, would be done), in the order of the input.
  returned: always, but when the input is refused before the cluster is asked
  type: list
  elements: dict
  contains:
    api_version:
      description: API group and version.
      type: str
      returned: always
    kind:
      description: Kind.
      type: str
      returned: always
    namespace:
      description: Namespace; empty for objects of the whole cluster.
      type: str
      returned: always
    name:
      description: Name.
      type: str
      returned: always
    action:
      description: One of C(created), C(configured), C(unchanged), C(deleted), C(failed), C(skipped).
      type: str
      returned: always
    error:
      description: Why it failed or was skipped.
      type: str
      returned: when it failed or was skipped
    note:
      description: What else is to be known, as that only the ownership of fields changes.
      type: str
      returned: sometimes
  sample:
    - {api_version: v1, kind: Namespace, namespace: "", name: shop, action: unchanged}
    - {api_version: apps/v1, kind: Deployment, namespace: shop, name: web, action: configured}
summary:
  description: How many objects were C(created), C(configured), C(unchanged), C(deleted), C(failed), C(skipped).
  returned: as objects
  type: dict
  sample: {created: 0, configured: 1, unchanged: 1, deleted: 0, failed: 0, skipped: 0}
diff:
  description: For each object that changes, its text before and after, with the values of Secrets masked.
  returned: as objects; empty unless diff mode is on
  type: list
  elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
