#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_rollout
short_description: Look at, restart, take back, pause or scale Kubernetes workloads
version_added: 0.1.0
description:
  - Manages the rollout of Deployments, StatefulSets or DaemonSets, as C(kubectl rollout) and C(kubectl scale) do. One
    task takes many workloads of one kind and namespace.
  - O(state=restart) and O(state=undo) are actions. The other states describe how the workload should be, and a
    second run changes nothing.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.kube_connection
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
attributes:
  idempotent:
    description:
      - O(state=restart) always changes. O(state=undo) without O(to_revision) goes one revision back each time.
      - Everything else changes nothing in a second run.
    support: partial
options:
  kind:
    description: Kind of the workloads.
    type: str
    choices: [Deployment, StatefulSet, DaemonSet]
    default: Deployment
  name:
    description: Names of the workloads.
    type: list
    elements: str
  label_selectors:
    description: The workloads are all those that fulfil each of these selectors. At least one must.
    type: list
    elements: str
  namespace:
    description: Namespace of the workloads.
    type: str
    default: default
  state:
    description:
      - V(status) changes nothing and returns how the workloads are doing, and their revisions.
      - V(restart) replaces all pods, by and by, with new ones of the same template.
      - V(undo) goes back to the template of the revision before, or of O(to_revision). It changes nothing where that is
        the present template.
      - V(paused) and V(resumed) stop and continue the rollout of a Deployment.
      - V(scaled) sets the number of pods of a Deployment or a StatefulSet.
    type: str
    choices: [status, restart, undo, paused, resumed, scaled]
    default: status
  to_revision:
    description: The revision for O(state=undo). By default the one before the present one.
    type: int
  replicas:
    description: The number of pods for O(state=scaled).
    type: int
  current_replicas:
    description: For O(state=scaled), leave alone what does not have this many pods.
    type: int
  resource_version:
    description: For O(state=scaled), leave alone what is not of this C(metadata.resourceVersion).
    type: str
  wait:
    description:
      - Whether to wait until the workloads are healthy. It fails early, and says why, as M(slipway.deploy.k8s_wait)
        does.
      - Not for O(state=paused), and not in check mode.
    type: bool
    default: false
  wait_timeout:
    description: Seconds after which waiting fails.
    type: float
    default: 120
  on_failure:
    description:
      - What to do when a workload cannot be changed, or does not become healthy. Needs O(wait).
      - V(keep) leaves everything as it came out. V(rollback) gives the workloads that the task changed the template,
        the number of pods and the pause that they had before, waits until they are healthy again, and fails with both
        stories.
      - A StatefulSet's controller waits for ever for a pod that cannot become ready. V(rollback) deletes such pods of
        the failed template.
    type: str
    choices: [keep, rollback]
    default: keep
requirements:
  - kubernetes (Python library)
  - PyYAML
seealso:
  - module: slipway.deploy.k8s_apply
  - module: slipway.deploy.k8s_wait
"""

EXAMPLES = r"""
- name: Look at a Deployment and its revisions
  slipway.deploy.k8s_rollout:
    name: web
    namespace: visits
  register: web

- name: Restart two of them, and take both back if one does not become healthy
  slipway.deploy.k8s_rollout:
    name: [web, worker]
    namespace: visits
    state: restart
    wait: true
    on_failure: rollback

- name: Go back to the second revision of a StatefulSet
  slipway.deploy.k8s_rollout:
    kind: StatefulSet
    name: db
    namespace: visits
    state: undo
    to_revision: 2
    wait: true
    wait_timeout: 300

- name: Run five pods, if it still runs three
  slipway.deploy.k8s_rollout:
    name: web
    namespace: visits
    state: scaled
    replicas: 5
    current_replicas: 3
"""

RETURN = r"""
workloads:
  description: The workloads as they are now, in the order of O(name).
  returned: success, and failure of a rollout
  type: list
  elements: dict
  contains:
    changed:
      description: Whether this one was changed.
      type: bool
    action:
      description: What was done, in words.
      type: str
      sample: back to revision 2
    api_version:
      description: API version of the workload.
      type: str
      sample: apps/v1
    kind:
      description: Kind of the workload.
      type: str
      sample: Deployment
    namespace:
      description: Namespace of the workload.
      type: str
      sample: visits
    name:
      description: Name of the workload.
      type: str
      sample: web
    status:
      description: Its health in one word, as the filter P(slipway.deploy.k8s_health#filter) gives it.
      type: str
      sample: Current
    message:
      description: Its health in a text for people.
      type: str
      sample: 3/3 updated, 3 available
    revision:
      description: The present revision. V(0) where its controller has not recorded it yet.
      type: int
      sample: 3
    replicas:
      description: How many pods it should have. Not for a DaemonSet.
      type: int
      sample: 3
    paused:
      description: Whether its rollout is paused.
      type: bool
    images:
      description: The images of its containers, init containers first.
      type: list
      elements: str
      sample: ["registry1:5000/visits@sha256:0ba7d9"]
    restarted_at:
      description: When it was restarted by O(state=restart) or C(kubectl rollout restart). Empty if never.
      type: str
    history:
      description: All revisions that the cluster keeps, oldest first.
      type: list
      elements: dict
      contains:
        revision:
          description: Its number.
          type: int
        name:
          description: The ReplicaSet or ControllerRevision that holds it.
          type: str
        images:
          description: Its images.
          type: list
          elements: str
        created:
          description: When it was made.
          type: str
        change_cause:
          description: The annotation C(kubernetes.io/change-cause).
          type: str
        pods:
          description: How many pods it has now.
          type: int
        current:
          description: Whether it is the present one.
          type: bool
rollback:
  description: How going back went.
  returned: when the task failed with O(on_failure=rollback)
  type: str
  sample: Deployment visits/web is as before, and healthy.
timed_out:
  description: Whether waiting took too long. If not, a workload can no longer become healthy.
  returned: failure of waiting
  type: bool
failures:
  description: What went wrong, as M(slipway.deploy.k8s_wait) returns it.
  returned: failure of waiting
  type: list
  elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollout import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
