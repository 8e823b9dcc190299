# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order steps are sent: the graph of what needs what, and what it needs that is in the cluster already."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import External, Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target


@dataclass(frozen=True)
class Order:
    graph: Graph
    #: What annotations name and the set does not hold, by its index in the graph.
    externals: t.Mapping[int, Target]

    def target(self, index: int, steps: t.Sequence[Step]) -> Target:
        """What to look at for an object of the graph."""
        if index in self.externals:
            return self.externals[index]
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            Target,
        )

        return Target(steps[index].manifest.ref, steps[index].resource)


def order_of(steps: t.Sequence[Step], rules: t.Sequence[Rule], cluster: Cluster) -> Order:
    """Cycles and dependencies on what is nowhere are told here, before anything is sent."""
    graph = build([step.manifest for step in steps], rules)
    live = Live(cluster.client)
    externals: t.Dict[int, Target] = {}
    for external in graph.externals.values():
        target = _target(external, cluster)
        if target is None or live.get(target.resource, target.ref) is None:
            raise InputError(external.message)
        externals[external.index] = target
    return Order(graph, externals)


def _target(external: External, cluster: Cluster) -> t.Optional[Target]:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        Target,
    )

    kind = (external.group, external.kind)
    resource = next((r for r in cluster.discovery.resources() if (r.group, r.kind) == kind), None)
    if resource is None:
        return None
    return Target(ObjectRef(resource.api_version, resource.kind, external.namespace, external.name), resource)
