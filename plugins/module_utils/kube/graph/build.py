# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects -> the graph of what needs what, so that all that needs nothing (more) can be sent at once."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.annotations import link_dependencies
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.barriers import link_barriers
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.cycles import heights
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph, Node
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.preferences import link_rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.roles import link_parts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.surroundings import (
    link_aggregated,
    link_names,
    link_places,
    link_rights,
    link_services,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.webhooks import (
    link_conversions,
    link_judged,
    link_served,
    link_webhooks,
)


def build(nodes: t.Sequence[Node], rules: t.Sequence[Rule] = DEFAULT_RULES, *, annotations: bool = True) -> Graph:
    """The graph of objects whose namespaces are filled in. Raises InputError for wrong annotations and for cycles.

    `rules`: DEFAULT_RULES and the user's own, parse_rules(params["order_rules"]). What the user's annotations name
    and is not in the set is in `graph.externals`.
    """
    graph = Graph(nodes)
    index = Index(graph)
    for link in (link_places, link_names, link_rights, link_services, link_aggregated, link_webhooks):
        link(graph, index)
    if annotations:
        link_dependencies(graph, index)
    link_rules(graph, index, rules)
    if annotations:
        link_barriers(graph)
    heights(graph)
    # These only ever add what closes no cycle, so they come after the look for cycles.
    for link in (link_parts, link_served, link_conversions, link_judged):
        link(graph, index)
    return graph
