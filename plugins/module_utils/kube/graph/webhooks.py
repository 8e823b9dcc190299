# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks: their servers before them, and both before what they judge."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.index import Index
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import APPLIED, HEALTHY, TRIED, Graph, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.preferences import link_after, link_before
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.references import at
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.selectors import selects
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.surroundings import backend

_GROUP = "admissionregistration.k8s.io"
_CONFIGURATIONS = ((_GROUP, "MutatingWebhookConfiguration"), (_GROUP, "ValidatingWebhookConfiguration"))
#: The API server asks no webhook about these.
_NEVER_JUDGED = _GROUP
#: What Kubernetes itself serves; objects of other groups are somebody's custom resources.
_K8S_IO = (
    "admissionregistration apiextensions apiregistration authentication certificates coordination discovery events "
    "flowcontrol.apiserver internal.apiserver networking node rbac.authorization resource scheduling storage "
    "storagemigration"
)
_BUILT_IN = frozenset(
    ("", "apps", "batch", "autoscaling", "policy", "extensions", *(f"{name}.k8s.io" for name in _K8S_IO.split()))
)


class _Webhook(t.NamedTuple):
    config: int
    hook: Obj
    #: Where its server runs.
    namespace: str
    #: Stands for the configuration being complete and the server ready to answer.
    joint: int


def link_webhooks(graph: Graph, index: Index) -> None:
    """Hard edges: a configuration that is there before its server can answer refuses everything."""
    for i, hook in _hooks(graph, index):
        for need in backend(graph, index, at(hook, "clientConfig", "service")):
            graph.link(i, need, why="its server")


def link_judged(graph: Graph, index: Index) -> None:
    """Webhooks whose server is in this set, and what they judge: after them, or (what their server may need) before."""
    joints: t.Dict[t.Tuple[int, ...], int] = {}
    for i, hook in _hooks(graph, index):
        service = at(hook, "clientConfig", "service")
        server = backend(graph, index, service)
        if not server:
            continue
        key = (i, *server)
        if key not in joints:
            joints[key] = _ready(graph, f"the webhook {graph.refs[i].name}", [i, *server[1:]])
        _link_hook(graph, index, _Webhook(i, hook, graph.refs[server[0]].namespace, joints[key]))


def link_conversions(graph: Graph, index: Index) -> None:
    """Objects of a kind whose versions a webhook converts cannot be read or written without it."""
    for (group, kind), i in index.definitions.items():
        conversion = at(graph.nodes[i].obj, "spec", "conversion")
        if at(conversion, "strategy") != "Webhook":
            continue
        server = backend(graph, index, at(conversion, "webhook", "clientConfig", "service"))
        members = index.by_kind.get((group, kind))
        if server and members:
            joint = _ready(graph, f"the converter of {kind}", server[1:] or server)
            link_after(graph, joint, members, "the webhook that converts it")


def link_served(graph: Graph, index: Index) -> None:
    """Objects of an aggregated API after its APIService is available."""
    served = {}
    for i in index.by_kind.get(("apiregistration.k8s.io", "APIService"), ()):
        spec = graph.nodes[i].obj.get("spec")
        if at(spec, "service") is not None:
            served[f"{at(spec, 'group')}/{at(spec, 'version')}"] = i
    for version, service in served.items():
        members = [i for i, ref in enumerate(graph.refs) if ref.api_version == version]
        link_after(graph, service, members, "the server of its kind", HEALTHY)


def _hooks(graph: Graph, index: Index) -> t.Iterator[t.Tuple[int, Obj]]:
    for key in _CONFIGURATIONS:
        for i in index.by_kind.get(key, ()):
            hooks = graph.nodes[i].obj.get("webhooks")
            for hook in hooks if isinstance(hooks, list) else ():
                if isinstance(hook, dict):
                    yield i, hook


def _ready(graph: Graph, label: str, members: t.Iterable[int]) -> int:
    joint = graph.add_joint(label)
    for i in members:
        graph.link(joint, i, HEALTHY, label)
    return joint


def _link_hook(graph: Graph, index: Index, webhook: _Webhook) -> None:
    after: t.List[int] = []
    before: t.List[int] = []
    for (group, kind), members in index.by_kind.items():
        rules = _matching(webhook.hook, group, index.plural(group, kind))
        if not rules or group == _NEVER_JUDGED:
            continue
        judged = [i for i in members if _is_meant(graph, index, webhook.hook, rules, i)]
        by_name = any(group in rule["apiGroups"] for rule in rules)
        for i in judged:
            (after if _can_wait(graph, webhook, i, by_name) else before).append(i)
    why = f"judged by the webhook {graph.refs[webhook.config].name}"
    link_after(graph, webhook.joint, after, why, APPLIED)
    link_before(graph, webhook.config, before, "would be judged while nobody answers", TRIED)


def _can_wait(graph: Graph, webhook: _Webhook, i: int, by_name: bool) -> bool:
    """Custom resources can. A webhook's server may read ConfigMaps and the like that nothing says it needs:
    what is near it, and what a rule for everything happens to catch, goes before the webhook is there."""
    ref = graph.refs[i]
    if ref.group not in _BUILT_IN:
        return True
    return by_name and ref.namespace not in ("", webhook.namespace)


def _matching(hook: Obj, group: str, plural: str) -> t.List[Obj]:
    rules = hook.get("rules")
    return [
        rule
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict)
        and _holds(rule.get("apiGroups"), "*", group)
        and _holds(rule.get("resources"), "*", "*/*", plural)
        and _holds(rule.get("operations"), "*", "CREATE", "UPDATE")
    ]


def _holds(values: t.Any, *wanted: str) -> bool:
    return isinstance(values, list) and any(w in values for w in wanted)


def _is_meant(graph: Graph, index: Index, hook: Obj, rules: t.Sequence[Obj], i: int) -> bool:
    namespace = graph.refs[i].namespace
    scope = "Namespaced" if namespace else "Cluster"
    if not any(rule.get("scope") in (None, "*", scope) for rule in rules):
        return False
    if not selects(hook.get("objectSelector"), at(graph.nodes[i].obj, "metadata", "labels")):
        return False
    return not namespace or selects(hook.get("namespaceSelector"), _namespace_labels(graph, index, namespace))


def _namespace_labels(graph: Graph, index: Index, name: str) -> Obj:
    """As far as they are known here; every namespace has its name as a label."""
    found = index.find("", "Namespace", "", name)
    labels = at(graph.nodes[found].obj, "metadata", "labels") if found is not None else None
    return {**(labels if isinstance(labels, dict) else {}), "kubernetes.io/metadata.name": name}
