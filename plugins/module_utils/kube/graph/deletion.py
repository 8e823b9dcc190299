# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back: who needs an object goes before it, and custom resources before the controllers that clean up."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.build import build
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import APPLIED, GONE, Graph, Node
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.preferences import link_after
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, Rule
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.surroundings import (
    accounts_bindings,
    bindings_by_account,
)

_RBAC = "rbac.authorization.k8s.io"
#: Who may do everything may run finalizers.
_ALMIGHTY = "cluster-admin"


def build_deletion(nodes: t.Sequence[Node], rules: t.Sequence[Rule] = DEFAULT_RULES, *, gone: bool = True) -> Graph:
    """The graph in which objects are deleted. `gone`: each has gone before what it needs is deleted."""
    try:
        graph = build(nodes, rules)
    except InputError:
        # Whatever is wrong with the users' annotations must not keep objects for ever.
        graph = build(nodes, rules, annotations=False)
    _link_controllers(graph, Index(graph))
    return graph.reversed(GONE if gone else APPLIED)


def _link_controllers(graph: Graph, index: Index) -> None:
    """Who may write a kind that is defined in this set is taken for its controller."""
    if not any(key in index.by_kind for key in index.definitions):
        return
    grants = _Grants(graph, index)
    for group, kind in index.definitions:
        members = index.by_kind.get((group, kind))
        controllers = grants.controllers(group, index.plural(group, kind)) if members else []
        if members and controllers:
            joint = graph.add_joint(f"the controller of {kind}")
            for i in controllers:
                graph.link(joint, i)
            link_after(graph, joint, members, "its controller")


class _Grants:
    """Which workloads may do what, as far as the roles in the set say."""

    def __init__(self, graph: Graph, index: Index) -> None:
        bindings = bindings_by_account(graph, index)
        #: For each workload, the rules of its roles; None for those who may do everything.
        self._rules = [
            (w.index, self._granted(graph, index, accounts_bindings(bindings, w.namespace, w.account)))
            for w in index.workloads
        ]

    def controllers(self, group: str, plural: str) -> t.List[int]:
        return [i for i, rules in self._rules if any(_writes(rule, group, plural) for rule in rules)]

    def _granted(self, graph: Graph, index: Index, bindings: t.Iterable[int]) -> t.List[t.Any]:
        found: t.List[t.Any] = []
        for i in bindings:
            name = str(at(graph.nodes[i].obj, "roleRef", "name"))
            kind = str(at(graph.nodes[i].obj, "roleRef", "kind"))
            role = index.find(_RBAC, kind, graph.refs[i].namespace, name)
            if role is not None:
                rules = graph.nodes[role].obj.get("rules")
                found += rules if isinstance(rules, list) else []
            elif name == _ALMIGHTY:
                found.append({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})
        return found


def _writes(rule: t.Any, group: str, plural: str) -> bool:
    wanted = (("apiGroups", (group,)), ("resources", (plural, f"{plural}/finalizers")), ("verbs", ("update", "patch")))
    return all(_holds(at(rule, key), values) for key, values in wanted)


def _holds(values: t.Any, wanted: t.Sequence[str]) -> bool:
    return isinstance(values, list) and ("*" in values or any(value in values for value in wanted))
