# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users say of the order themselves: annotations on their objects."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import HEALTHY, External, Graph, Node
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at

DEPENDS_ON = "slipway.deploy/depends-on"
#: The same of cli-utils (kpt, Config Sync).
DEPENDS_ON_TOO = "config.kubernetes.io/depends-on"
BARRIER = "slipway.deploy/barrier"
_FORM = "GROUP/namespaces/NAMESPACE/KIND/NAME, or GROUP/KIND/NAME for an object of the whole cluster"
_NAMESPACED, _CLUSTER = 5, 3

_Wanted = t.Tuple[str, str, str, str]


def depends_on(node: Node) -> t.List[_Wanted]:
    """(group, kind, namespace, name) of each object that the annotations name."""
    found = []
    for annotation in (DEPENDS_ON, DEPENDS_ON_TOO):
        value = _annotation(node, annotation)
        if value is None:
            continue
        for part in str(value).split(","):
            found.append(_parse(part.strip(), annotation, node))
    return found


def barrier(node: Node) -> t.Optional[int]:
    value = _annotation(node, BARRIER)
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise InputError(
            f"{_where(node, BARRIER)}: {BARRIER} of {node.ref} must be a whole number in quotes, as '2', not {value!r}."
        ) from None


def link_dependencies(graph: Graph, index: Index) -> None:
    externals: t.Dict[_Wanted, int] = {}
    for i, node in enumerate(graph.nodes):
        if at(node.obj, "metadata", "annotations") is None:
            continue
        for wanted in depends_on(node):
            # A name without namespace may also mean a neighbour.
            found = index.find(wanted[0], wanted[1], wanted[2] or node.ref.namespace, wanted[3])
            if found is None:
                found = externals.get(wanted)
            if found is None:
                found = externals[wanted] = _add_external(graph, wanted, i)
            if found == i:
                raise InputError(f"{_where(node, DEPENDS_ON)}: {node.ref} depends on itself; remove that annotation.")
            graph.link(i, found, HEALTHY, f"depends-on at {node.place.at()}")


def _add_external(graph: Graph, wanted: _Wanted, needed_by: int) -> int:
    group, kind, namespace, name = wanted
    node = graph.nodes[needed_by]
    said = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    message = (
        f"{_where(node, DEPENDS_ON)}: {node.ref} depends on {said}{f' ({group})' if group else ''}, which is neither "
        "among these objects nor in the cluster. Add it, or correct the annotation."
    )
    return graph.add_external(External(len(graph), group, kind, namespace, name, needed_by, message))


def _parse(part: str, annotation: str, node: Node) -> _Wanted:
    pieces = part.split("/")
    if len(pieces) == _NAMESPACED and pieces[1] == "namespaces" and all(pieces[2:]):
        return pieces[0], pieces[3], pieces[2], pieces[4]
    if len(pieces) == _CLUSTER and all(pieces[1:]):
        return pieces[0], pieces[1], "", pieces[2]
    raise InputError(
        f"{_where(node, annotation)}: {annotation} of {node.ref} holds '{part}', which names no object; write "
        f"{_FORM}; the core group is empty, as in /namespaces/default/ConfigMap/settings."
    )


def _annotation(node: Node, name: str) -> t.Any:
    return at(node.obj, "metadata", "annotations", name)


def _where(node: Node, annotation: str) -> str:
    return node.place.at(f"metadata.annotations.{annotation}")
