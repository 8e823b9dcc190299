# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the objects of a set by kind, name and labels."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at, pod_template

_GroupKind = t.Tuple[str, str]


class Workload(t.NamedTuple):
    """An object that makes pods."""

    index: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody needs
    namespace: str
    labels: t.Mapping[str, t.Any]
    spec: Obj

    @property
    def account(self) -> str:
        name = self.spec.get("serviceAccountName") or self.spec.get("serviceAccount")
        return name if isinstance(name, str) else "default"


class Index:
    """Everything is looked up here, so that no rule compares all objects with all others."""

    def __init__(self, graph: Graph) -> None:
        self.workloads: t.List[Workload] = []
        self.by_kind: t.Dict[_GroupKind, t.List[int]] = {}
        #: The CustomResourceDefinition of a kind, and the kind's name in URLs.
        self.definitions: t.Dict[_GroupKind, int] = {}
        self.plurals: t.Dict[_GroupKind, str] = {}
        self._graph = graph
        self._by_name: t.Dict[t.Tuple[str, str, str, str], int] = {}
        self._by_label: t.Dict[t.Tuple[str, str, t.Any], t.List[Workload]] = {}
        for index in range(graph.size):
            self._add(index)

    def _add(self, index: int) -> None:
        ref, obj = self._graph.refs[index], self._graph.nodes[index].obj
        key = (ref.group, ref.kind)
        self._by_name[ref.group, ref.kind, ref.namespace, ref.name] = index
        self.by_kind.setdefault(key, []).append(index)
        if key == ("apiextensions.k8s.io", "CustomResourceDefinition"):
            self._add_definition(index, obj)
        template = pod_template(ref.kind, obj)
        if template is not None:
            self._add_workload(index, ref.namespace, template)

    def _add_definition(self, index: int, obj: Obj) -> None:
        key = (str(at(obj, "spec", "group")), str(at(obj, "spec", "names", "kind")))
        self.definitions[key] = index
        self.plurals[key] = str(at(obj, "spec", "names", "plural"))

    def _add_workload(self, index: int, namespace: str, template: Obj) -> None:
        labels = at(template, "metadata", "labels")
        workload = Workload(index, namespace, labels if isinstance(labels, dict) else {}, template["spec"])
        self.workloads.append(workload)
        for key, value in workload.labels.items():
            if isinstance(value, str):
                self._by_label.setdefault((namespace, key, value), []).append(workload)

    def find(self, group: str, kind: str, namespace: str, name: str) -> t.Optional[int]:
        """In that namespace, or among the objects of the whole cluster."""
        found = self._by_name.get((group, kind, namespace, name))
        return self._by_name.get((group, kind, "", name)) if found is None else found

    def selected(self, namespace: str, selector: t.Any) -> t.List[Workload]:
        """The workloads whose pods have all these labels."""
        if not isinstance(selector, dict) or not all(isinstance(v, str) for v in selector.values()):
            return []
        groups = [self._by_label.get((namespace, key, value), []) for key, value in selector.items()]
        if not groups:
            return []
        wanted = selector.items()
        return [w for w in min(groups, key=len) if wanted <= w.labels.items()]

    def plural(self, group: str, kind: str) -> str:
        """As a webhook's rules name the kind."""
        return self.plurals.get((group, kind)) or _plural(kind.lower())


def _plural(kind: str) -> str:
    """How Kubernetes' own kinds are called in URLs."""
    if kind.endswith(("s", "x", "ch", "sh")) and not kind.endswith("endpoints"):
        return kind + "es"
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return kind[:-1] + "ies"
    return kind if kind.endswith("endpoints") else kind + "s"
