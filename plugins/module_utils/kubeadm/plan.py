# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What kubeadm has made of this host, and what is to be done next. Pure.

kubeadm itself keeps no record of how far it came. We keep one: `making` before it starts, `made` after it ended well.
Whatever a killed kubeadm leaves behind is then known as ours, and may be reset; anything else is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

MAKING = "making"
MADE = "made"

#: The states that a playbook sees.
ABSENT = "absent"
PARTIAL = "partial"
MEMBER = "member"
FOREIGN = "foreign"


@dataclass(frozen=True)
class NodeFacts:
    """This host. `phase`: our record. `has_files`: kubeadm's own. `ca`: SHA-256 of the cluster's CA file."""

    phase: str | None = None
    has_files: bool = False
    ca: str | None = None

    @property
    def state(self) -> str:
        if self.phase == MAKING:
            return PARTIAL
        if not self.has_files:
            return ABSENT
        return MEMBER if self.phase == MADE else FOREIGN


def init_steps(facts: NodeFacts, api_answers: bool) -> tuple[str, ...]:
    """Steps that make this host a control plane: `reset`, `init`, `adopt`, or none."""
    if facts.state == FOREIGN:
        if api_answers:
            return ("adopt",)
        raise InputError(
            "/etc/kubernetes holds files of a cluster which Slipway did not make and whose API server does not answer:"
            " repair that cluster, or run 'kubeadm reset' on this host."
        )
    return _steps(facts, "init")


def join_steps(facts: NodeFacts, cluster_ca: str) -> tuple[str, ...]:
    """Steps that make this host a worker of the cluster whose CA file has this hash."""
    known = facts.state in (MEMBER, FOREIGN)
    if known and facts.ca != cluster_ca:
        raise InputError(
            "This host is already a node of another cluster (its /etc/kubernetes/pki/ca.crt differs from the control"
            " plane's): run 'kubeadm reset' on it, or take it out of this inventory."
        )
    return ("adopt",) if facts.state == FOREIGN else _steps(facts, "join")


def _steps(facts: NodeFacts, command: str) -> tuple[str, ...]:
    if facts.state == MEMBER:
        return ()
    return ("reset", command) if facts.state == PARTIAL else (command,)
