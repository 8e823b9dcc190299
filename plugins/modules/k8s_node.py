#!/usr/bin/python

# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_node
short_description: Cordon, drain, taint and label Kubernetes nodes
version_added: 0.1.0
description:
  - Cordons, uncordons and drains nodes, and sets their taints, labels and annotations. One task takes many nodes.
  - A drain asks all pods to leave at once, by the eviction API. A pod that a PodDisruptionBudget holds does not keep
    the others waiting. It is asked again as soon as its budget has room, also where pods of one budget are on several
    of the nodes.
  - Pods that a drain would lose for good are all named before anything is touched.
author: Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.kube_connection
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
options:
  name:
    description: Names of the nodes.
    type: list
    elements: str
  label_selectors:
    description: The nodes are all those that fulfil each of these selectors. At least one must.
    type: list
    elements: str
  state:
    description:
      - V(present) changes taints, labels and annotations only.
      - V(cordoned) lets no new pods onto the nodes. V(uncordoned) does.
      - V(drained) cordons the nodes and moves their pods away. Pods of DaemonSets and the kubelet's own (mirror) pods
        stay. Finished pods are removed. For pods that are ending already it waits.
    type: str
    choices: [present, cordoned, uncordoned, drained]
    default: present
  taints:
    description: Taints to set or to take away. Others stay as they are.
    type: list
    elements: dict
    suboptions:
      key:
        description: Key of the taint.
        type: str
        required: true
      value:
        description: Its value. A taint of the same key and effect gets it.
        type: str
      effect:
        description:
          - What it does to pods that do not tolerate it. Needed to set a taint.
          - Without it O(taints[].state=absent) takes away all taints of the key.
        type: str
        choices: [NoSchedule, PreferNoSchedule, NoExecute]
      state:
        description: Whether it should be there.
        type: str
        choices: [present, absent]
        default: present
  labels:
    description: Labels to set. V(null) removes one.
    type: dict
  annotations:
    description: Annotations to set. V(null) removes one.
    type: dict
  pod_selectors:
    description: For O(state=drained), only pods that fulfil each of these selectors have to leave.
    type: list
    elements: str
  delete_options:
    description: How O(state=drained) removes pods.
    type: dict
    suboptions:
      force:
        description: Delete pods, too, that no controller makes again elsewhere.
        type: bool
        default: false
      delete_emptydir_data:
        description: Evict pods, too, that have C(emptyDir) volumes. What these hold is lost.
        type: bool
        default: false
      ignore_daemonsets:
        description: Leave the pods of DaemonSets alone. If V(false), the task fails where there are any.
        type: bool
        default: true
      disable_eviction:
        description: Delete pods instead of evicting them, in disregard of every PodDisruptionBudget.
        type: bool
        default: false
      terminate_grace_period:
        description: Seconds that pods get to end. By default what each pod says.
        type: int
  wait_timeout:
    description:
      - Seconds after which O(state=drained) fails, if pods are left. Each is named with what holds it. The nodes stay
        cordoned.
    type: float
    default: 300
requirements:
  - kubernetes (Python library)
  - PyYAML
seealso:
  - module: slipway.deploy.k8s_rollout
  - module: slipway.deploy.k8s_wait
"""

EXAMPLES = r"""
- name: Empty two nodes for maintenance
  slipway.deploy.k8s_node:
    name: [worker1, worker2]
    state: drained
    delete_options:
      delete_emptydir_data: true
    wait_timeout: 600

- name: Let pods onto them again
  slipway.deploy.k8s_node:
    name: [worker1, worker2]
    state: uncordoned

- name: Keep the nodes with GPUs for those who ask for them
  slipway.deploy.k8s_node:
    label_selectors: [accelerator=gpu]
    taints:
      - {key: gpu, value: reserved, effect: NoSchedule}
      - {key: maintenance, state: absent}

- name: Label a node, and take a label away
  slipway.deploy.k8s_node:
    name: worker3
    labels:
      rack: r7
      old-rack: null
"""

RETURN = r"""
nodes:
  description: The nodes as they are now.
  returned: success, and failure of a drain
  type: list
  elements: dict
  contains:
    name:
      description: Name of the node.
      type: str
      sample: worker1
    unschedulable:
      description: Whether it is cordoned.
      type: bool
    taints:
      description: All its taints.
      type: list
      elements: dict
    labels:
      description: Those of its labels that O(labels) names.
      type: dict
    annotations:
      description: Those of its annotations that O(annotations) names.
      type: dict
    changed:
      description: Whether the task changed the node itself.
      type: bool
evicted:
  description: The pods that were asked to leave. In check mode those that would be.
  returned: O(state=drained)
  type: list
  elements: dict
  contains:
    namespace:
      description: Namespace of the pod.
      type: str
    name:
      description: Name of the pod.
      type: str
    node:
      description: The node it was on.
      type: str
stuck:
  description:
    - The pods that are left, where the drain failed.
    - In check mode, those that a budget would hold at first. A real run would ask again when the budget has room.
  returned: O(state=drained)
  type: list
  elements: dict
  contains:
    namespace:
      description: Namespace of the pod.
      type: str
    name:
      description: Name of the pod.
      type: str
    node:
      description: The node it is on.
      type: str
    reason:
      description: What holds it.
      type: str
      sample: is held by budget shop/web (0 disruptions allowed; 2 healthy pods, 2 needed)
    budget:
      description: Namespace and name of the PodDisruptionBudget, where one holds it.
      type: str
      sample: shop/web
timed_out:
  description: Whether the drain took too long. If not, the server refused an eviction for good.
  returned: failure of a drain
  type: bool
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.node import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
