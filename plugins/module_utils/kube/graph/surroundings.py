# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edges that follow from what objects are and name."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index, Workload
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import ESTABLISHED, Graph, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at, named_by, named_by_pod

_RBAC = "rbac.authorization.k8s.io"
_BINDINGS = ((_RBAC, "RoleBinding"), (_RBAC, "ClusterRoleBinding"))


def link_places(graph: Graph, index: Index) -> None:
    """A namespace before what is in it, a definition before the objects of its kind."""
    for i, ref in enumerate(graph.refs):
        if ref.namespace:
            _link(graph, i, index.find("", "Namespace", "", ref.namespace), "its namespace")
        definition = index.definitions.get((ref.group, ref.kind))
        if definition is not None:
            graph.link(i, definition, ESTABLISHED, "the definition of its kind")


def link_names(graph: Graph, index: Index) -> None:
    """What an object names in its fields, and what its pods name in theirs."""
    for (group, kind), members in index.by_kind.items():
        for i in members:
            _link_all(graph, index, i, named_by(group, kind, graph.nodes[i].obj))
    for workload in index.workloads:
        _link_all(graph, index, workload.index, named_by_pod(workload.spec))


def _link_all(graph: Graph, index: Index, i: int, names: t.Iterable[t.Tuple[str, str, t.Optional[str], str]]) -> None:
    for group, kind, namespace, name in names:
        own = graph.refs[i].namespace if namespace is None else namespace
        _link(graph, i, index.find(group, kind, own, name), "named in its fields")


def _link(graph: Graph, i: int, need: t.Optional[int], why: str) -> None:
    if need is not None:
        graph.link(i, need, why=why)


def link_rights(graph: Graph, index: Index) -> None:
    """Bindings before the pods which run under the accounts that they give rights to."""
    bindings = bindings_by_account(graph, index)
    joints: t.Dict[t.Tuple[str, str], t.Optional[int]] = {}
    for workload in index.workloads:
        key = (workload.namespace, workload.account)
        if key not in joints:
            found = accounts_bindings(bindings, *key)
            joints[key] = _join(graph, f"the rights of {key[1]}", found) if found else None
        _link(graph, workload.index, joints[key], "the rights of its account")


def bindings_by_account(graph: Graph, index: Index) -> t.Dict[t.Tuple[str, str], t.List[int]]:
    """(namespace, name) of service accounts -> bindings. Groups of accounts: ("", group)."""
    found: t.Dict[t.Tuple[str, str], t.List[int]] = {}
    for i in (i for key in _BINDINGS for i in index.by_kind.get(key, ())):
        subjects = graph.nodes[i].obj.get("subjects")
        for subject in subjects if isinstance(subjects, list) else ():
            kind, name = at(subject, "kind"), str(at(subject, "name"))
            if kind == "ServiceAccount":
                namespace = str(at(subject, "namespace") or graph.refs[i].namespace)
                found.setdefault((namespace, name), []).append(i)
            elif kind == "Group":
                found.setdefault(("", name), []).append(i)
    return found


def accounts_bindings(bindings: t.Mapping[t.Tuple[str, str], t.List[int]], namespace: str, account: str) -> t.List[int]:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    found = list(bindings.get((namespace, account), ()))
    return found + [i for group in groups for i in bindings.get(("", group), ())]


def link_services(graph: Graph, index: Index) -> None:
    """Services before the pods behind them: a pod is told the addresses of those that are there when it starts."""
    alike: t.Dict[t.Tuple[str, t.FrozenSet[t.Tuple[str, t.Any]]], t.List[int]] = {}
    for i in index.by_kind.get(("", "Service"), ()):
        selector = at(graph.nodes[i].obj, "spec", "selector")
        if isinstance(selector, dict) and all(isinstance(v, str) for v in selector.values()):
            alike.setdefault((graph.refs[i].namespace, frozenset(selector.items())), []).append(i)
    for (namespace, selector_items), services in alike.items():
        selected = index.selected(namespace, dict(selector_items))
        if selected:
            joint = services[0] if len(services) == 1 else _join(graph, "the services of its pods", services)
            for workload in selected:
                graph.link(workload.index, joint, why="the service of its pods")


def link_aggregated(graph: Graph, index: Index) -> None:
    """The server behind an APIService before it."""
    for i in index.by_kind.get(("apiregistration.k8s.io", "APIService"), ()):
        for need in backend(graph, index, at(graph.nodes[i].obj, "spec", "service")):
            graph.link(i, need, why="its server")


def backend(graph: Graph, index: Index, service: t.Any) -> t.List[int]:
    """The Service that is named, and the workloads behind it; nothing where it is not in this set."""
    namespace, name = at(service, "namespace"), at(service, "name")
    found = index.find("", "Service", str(namespace), str(name))
    if found is None:
        return []
    return [found, *(w.index for w in behind(graph, index, found))]


def behind(graph: Graph, index: Index, service: int) -> t.List[Workload]:
    obj: Obj = graph.nodes[service].obj
    return index.selected(graph.refs[service].namespace, at(obj, "spec", "selector"))


def _join(graph: Graph, label: str, members: t.Iterable[int]) -> int:
    joint = graph.add_joint(label)
    for member in members:
        graph.link(joint, member)
    return joint
