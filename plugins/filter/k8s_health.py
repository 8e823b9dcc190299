# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import with_rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.custom import rules_from

DOCUMENTATION = r"""
name: k8s_health
short_description: How a Kubernetes object is doing
version_added: 0.1.0
author: Slipway maintainers (@slipway)
description:
  - Judges an object as the API server returned it, by kstatus's six words.
  - The same rules as in M(slipway.deploy.k8s_wait), without asking the cluster. What can only be told by watching (that
    a workload's pods crash) is the module's to find.
options:
  _input:
    description:
      - The object, with its status. An empty object or V(null) stands for one that does not exist.
      - A list of objects gives a list of results.
    type: raw
    required: true
  rules:
    description: Rules of your own, as O(slipway.deploy.k8s_wait#module:health_rules).
    type: list
    elements: dict
    default: []
seealso:
  - module: slipway.deploy.k8s_wait
"""

EXAMPLES = r"""
- name: Show how the pods are doing
  ansible.builtin.debug:
    msg: "{{ pod.metadata.name }}: {{ (pod | slipway.deploy.k8s_health).message }}"
  loop: "{{ pods }}"
  loop_control:
    loop_var: pod

- name: Stop where a Job has failed
  ansible.builtin.assert:
    that: (job | slipway.deploy.k8s_health).status != 'Failed'

- name: Judge a custom resource by a rule
  ansible.builtin.debug:
    msg: "{{ toy | slipway.deploy.k8s_health(rules=[{'kind': 'Toy', 'current': 'status.done'}]) }}"
"""

RETURN = r"""
_value:
  description:
    - A mapping with C(status), one of V(Current), V(InProgress), V(Failed), V(Terminating), V(NotFound), V(Unknown),
      and C(message), a text for people.
    - For a list of objects, a list of such mappings.
  type: raw
  sample: {status: InProgress, message: "2/3 updated, 1 available"}
"""


def k8s_health(value: t.Any, rules: t.Any = None) -> t.Any:
    """Status and message of an object, or of each in a list."""
    try:
        assess = with_rules(rules_from(rules, "rules"))
    except SlipwayError as exc:
        raise AnsibleFilterError(f"k8s_health: {exc.message}") from exc
    if isinstance(value, (list, tuple)):
        return [assess(obj).as_dict() for obj in value]
    return assess(value).as_dict()


class FilterModule:
    """The collection's filter for the health of Kubernetes objects."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"k8s_health": k8s_health}
