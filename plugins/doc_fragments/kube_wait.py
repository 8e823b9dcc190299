# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How strictly a module that waits judges."""

    DOCUMENTATION = r"""
options:
  health_rules:
    description:
      - Rules of your own for the health of a kind, for custom resources that do not tell it by a condition C(Ready).
      - The first rule for an object that has an answer counts, before all built-in rules but two. What is being deleted
        is V(Terminating), and what its controller has not seen yet (C(observedGeneration)) is V(InProgress).
      - Needs the Python library C(jmespath).
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: The kind that the rule is for.
        type: str
        required: true
      api_version:
        description: A glob over its API version, or over its group, such as V(example.com) or V(example.com/v1*).
        type: str
        default: '*'
      current:
        description:
          - A JMESPath expression over the object. The object is V(Current) when it gives anything but null, false or
            empty, else V(InProgress). Without it, the built-in rules decide what O(health_rules[].failed) does not.
        type: str
      failed:
        description: A JMESPath expression that tells that the object is V(Failed). The wait ends there.
        type: str
      because:
        description: A JMESPath expression for the text that people see.
        type: str
  unschedulable_grace:
    description:
      - Seconds for which a pod may find no node, so that an autoscaler can make one. All pods of a workload that wait
        longer than this fail it.
    type: float
    default: 600
"""
