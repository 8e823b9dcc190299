#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_release
short_description: Deploy an application's manifests as a release that can be taken back
version_added: 0.1.0
description:
  - Applies all manifests of an application as M(slipway.deploy.k8s_apply) does, watches until everything is healthy,
    asks a URL on request, and records the release.
  - When that fails, the release that ran before is applied again as it was, with its configuration and secrets, what
    the failed one had created is removed, and the task fails with both stories.
  - Objects that an earlier release had and this one has not are deleted, but for namespaces, volume claims and
    definitions of kinds.
  - Releases are kept as Secrets in the application's namespace, where C(kubectl get secret -l slipway.deploy/app) lists
    them.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
  - slipway.deploy.kube_connection
  - slipway.deploy.kube_sources
  - slipway.deploy.http_check
options:
  name:
    description: Name of the application. Releases are numbered for each name and namespace.
    type: str
    required: true
  namespace:
    description: Namespace of the application's records, and of objects whose manifest names none.
    type: str
    required: true
  version:
    description: What to call this release in the history.
    type: str
  state:
    description:
      - V(deployed) makes the manifests run.
      - V(rolled_back) runs the release before the current one again, or O(to_revision).
      - V(status) changes nothing and returns what runs.
    type: str
    choices: [deployed, rolled_back, status]
    default: deployed
  to_revision:
    description: The release to go back to. By default the last one that differs from the one that runs.
    type: int
  force_conflicts:
    description: Take over fields that another field manager has set to another value.
    type: bool
    default: false
  wait_timeout:
    description: Seconds until everything must be healthy. What can no longer become healthy fails the task at once.
    type: int
    default: 300
  keep_releases:
    description: How many releases the history keeps.
    type: int
    default: 10
seealso:
  - module: slipway.deploy.k8s_apply
  - module: slipway.deploy.k8s_rollout
"""

EXAMPLES = r"""
- name: Deploy the application, and go back when it does not run
  slipway.deploy.k8s_release:
    name: visits
    namespace: visits
    version: v2
    template: k8s
    check:
      url: http://worker1:30080/
      contains: v2

- name: Go back to the release before
  slipway.deploy.k8s_release:
    name: visits
    namespace: visits
    state: rolled_back

- name: See what runs
  slipway.deploy.k8s_release:
    name: visits
    namespace: visits
    state: status
  register: running
"""

RETURN = r"""
objects:
  description: What became of each object, as M(slipway.deploy.k8s_apply) returns it.
  returned: O(state=deployed) or O(state=rolled_back)
  type: list
  elements: dict
summary:
  description: How many objects were created, configured, unchanged, deleted, failed and skipped.
  returned: O(state=deployed) or O(state=rolled_back)
  type: dict
  sample: {created: 9, configured: 0, unchanged: 0, deleted: 0, failed: 0, skipped: 0}
release:
  description: The last good release, V(null) where there is none.
  returned: always
  type: dict
  sample: {app: visits, revision: 2, version: v2, status: deployed, time: 1795422342.1, reason: ""}
history:
  description: All recorded releases, oldest first.
  returned: always
  type: list
  elements: dict
rolled_back_to:
  description: The release that runs again.
  returned: O(state=rolled_back)
  type: dict
workloads:
  description: The release's workloads with their health.
  returned: O(state=status)
  type: list
  elements: dict
  sample: [{kind: Deployment, name: visits, namespace: visits, status: Current, message: 3 of 3 replicas are available}]
images:
  description: The images that the namespace's pods run.
  returned: O(state=status)
  type: list
  elements: dict
  sample: [{image: "registry1:5000/visits@sha256:0ba7d9", pods: 3}]
nodes:
  description: The cluster's nodes with their health.
  returned: O(state=status)
  type: list
  elements: dict
  sample: [{node: worker1, status: Current, message: ready, version: v1.37.2, address: 172.30.0.41}]
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.deploy import K8S_RELEASE


def main() -> None:
    run_as_module(K8S_RELEASE)


if __name__ == "__main__":
    main()
