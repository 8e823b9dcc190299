#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_wait
short_description: Wait until Kubernetes objects are healthy, gone, or as wanted
version_added: 0.1.0
description:
  - Watches objects, without polling, until they are what is waited for, and returns within a moment of it.
  - Health has kstatus's six words, V(Current), V(InProgress), V(Failed), V(Terminating), V(NotFound), V(Unknown). An
    object is healthy when it is V(Current). A Deployment is when all its replicas run the newest template and are
    available, a Job when it is complete, an object of an unknown kind when its condition C(Ready) says so, or
    when it exists and has none.
  - It fails as soon as an object can no longer become healthy, when an image cannot be pulled, a container crashes
    again and again, a Job has failed, a progress deadline is over, or a quota or a policy refuses pods. A single pod of
    many does not fail a workload; all pods of its newest revision do.
  - While other workloads of the same task are still starting, a crash counts as waiting for them.
  - Containers without a readiness probe count as ready as soon as they run, even when their process ends at once. Where
    the task has seen such a workload start, it must stay up for five seconds. Readiness probes, or C(minReadySeconds),
    make that needless.
  - There is one watch for each kind and namespace, whatever the number of objects. A watch that breaks is taken up
    again.
  - An object may bring a time of its own, shorter or longer than O(wait_timeout), by the annotation
    C(slipway.deploy/wait-timeout), as V(90s), V(10m) or V(1h30m).
  - The error names the workload, the pod, the reason and the last line of the failing container's log.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.kube_connection
  - slipway.deploy.kube_sources
  - slipway.deploy.kube_wait
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
attributes:
  check_mode:
    description: Looks once, does not wait, and does not fail where objects are not yet as wanted.
    support: full
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
    description: Kind of the objects. With O(name) one object, else all that the selectors choose.
    type: str
  name:
    description: Name of the object. It need not exist yet.
    type: str
  namespace:
    description:
      - Namespace of the objects. With O(name), and for objects in O(definition) that name none, V(default) by default.
        Without O(name), all namespaces by default.
    type: str
  label_selectors:
    description: Label selectors. All that match are waited for, and at least one must.
    type: list
    elements: str
    default: []
  field_selectors:
    description: Field selectors, used like O(label_selectors).
    type: list
    elements: str
    default: []
  definition:
    description:
      - The objects as manifests (a mapping, a list of mappings, or YAML text). Only their API version, kind, namespace
        and name are used, and the annotation C(slipway.deploy/wait-timeout).
      - The C(objects) that another task of M(slipway.deploy.k8s_apply) or M(slipway.deploy.k8s_wait) returned will
        do as well.
    type: raw
    aliases: [objects, resource_definition, inline]
  state:
    description:
      - What to wait for.
      - V(healthy) waits until all objects are V(Current).
      - V(absent) waits until none exists.
      - V(present) waits until all exist, whatever their health.
    type: str
    choices: [healthy, absent, present]
    default: healthy
  condition:
    description: A condition in C(status.conditions) to wait for, instead of O(state).
    type: dict
    aliases: [wait_condition]
    suboptions:
      type:
        description: The condition's type.
        type: str
        required: true
      status:
        description: The condition's status.
        type: str
        choices: ['True', 'False', 'Unknown']
        default: 'True'
      reason:
        description: The condition's reason. Any by default.
        type: str
  jmespath:
    description:
      - A JMESPath expression over the object to wait for, instead of O(state). It is fulfilled when it gives anything
        but null, false or empty.
      - Needs the Python library C(jmespath).
    type: str
  wait_timeout:
    description:
      - Seconds after which the task fails. Objects with the annotation C(slipway.deploy/wait-timeout) have their own.
    type: float
    default: 120
requirements:
  - kubernetes (Python library)
  - PyYAML
seealso:
  - module: slipway.deploy.k8s_apply
  - module: slipway.deploy.k8s_rollout
  - plugin: slipway.deploy.k8s_health
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Wait for a Deployment
  slipway.deploy.k8s_wait:
    kind: Deployment
    api_version: apps/v1
    name: web
    namespace: visits
    wait_timeout: 300

- name: Wait for all that was applied
  slipway.deploy.k8s_wait:
    definition: "{{ applied.objects }}"

- name: Wait until the old pods are gone
  slipway.deploy.k8s_wait:
    kind: Pod
    namespace: visits
    label_selectors: [app=old]
    state: absent

- name: Wait for a condition
  slipway.deploy.k8s_wait:
    kind: Node
    name: worker1
    condition:
      type: Ready

- name: Wait for a volume, by an expression
  slipway.deploy.k8s_wait:
    kind: PersistentVolumeClaim
    name: data
    namespace: visits
    jmespath: "status.phase == 'Bound'"

- name: Wait for custom resources by a rule
  slipway.deploy.k8s_wait:
    definition: "{{ applied.objects }}"
    health_rules:
      - kind: Database
        api_version: example.com
        current: "status.phase == 'Running'"
        failed: "status.phase == 'Failed'"
        because: status.message
"""

RETURN = r"""
objects:
  description: Every object with its health at the end.
  returned: success
  type: list
  elements: dict
  sample:
    - api_version: apps/v1
      kind: Deployment
      namespace: visits
      name: web
      status: Current
      message: 3/3 updated, 3 available
duration:
  description: Seconds that it took.
  returned: success
  type: float
  sample: 4.213
unmet:
  description: Every object that is not what was waited for, with its health.
  returned: failure
  type: list
  elements: dict
timed_out:
  description: Whether time was over. If not, an object can no longer become what was waited for.
  returned: failure
  type: bool
failures:
  description: For each object at fault (five at most) what went wrong.
  returned: failure
  type: list
  elements: dict
  contains:
    api_version:
      description: API version of the object.
      type: str
    kind:
      description: Kind of the object.
      type: str
    namespace:
      description: Namespace of the object.
      type: str
    name:
      description: Name of the object.
      type: str
    target:
      description: The object in words.
      type: str
    status:
      description: Its health.
      type: str
    message:
      description: What stands in its way.
      type: str
    final:
      description: Whether it can no longer succeed.
      type: bool
    reason:
      description: The reason in one word.
      type: str
      sample: CrashLoopBackOff
    pod:
      description: The pod that shows it.
      type: str
    container:
      description: The container that shows it.
      type: str
    node:
      description: The node on which that pod is.
      type: str
    exit_code:
      description: The exit code of that container.
      type: int
    chain:
      description: From the workload to the pod, with the health of each.
      type: list
      elements: dict
    events:
      description: The last warnings about the pod, else about the workload.
      type: list
      elements: dict
    log:
      description: The last 20 lines that the container wrote before it failed.
      type: list
      elements: str
    claims:
      description: PersistentVolumeClaims of the pod that have no volume.
      type: list
      elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
