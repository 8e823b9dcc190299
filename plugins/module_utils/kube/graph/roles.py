# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cluster roles whose rules are put together from those of others."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.preferences import link_before
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.selectors import selects


def link_parts(graph: Graph, index: Index) -> None:
    """The parts before the whole, so that whoever is bound to it has its rights at once.

    The way back needs this more: when a part goes, the controller writes the whole anew, and would bring one back
    that was deleted a moment later.
    """
    roles = index.by_kind.get(("rbac.authorization.k8s.io", "ClusterRole"), [])
    for whole in roles:
        selectors = at(graph.nodes[whole].obj, "aggregationRule", "clusterRoleSelectors")
        if isinstance(selectors, list):
            parts = [i for i in roles if i != whole and _is_part(selectors, graph.nodes[i].obj)]
            link_before(graph, whole, parts, "a part of its rules")


def _is_part(selectors: t.Sequence[t.Any], obj: t.Any) -> bool:
    labels = at(obj, "metadata", "labels")
    return any(selects(selector, labels) for selector in selectors)
