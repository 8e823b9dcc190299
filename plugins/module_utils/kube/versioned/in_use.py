# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ConfigMaps and Secrets the live objects of a namespace refer to: running now, or ready for a rollback."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import Forbidden, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import Reference, Rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.walk import names_at

_PAGE = 500
#: (kind, name)
Used = t.Tuple[str, str]


class Holder(t.NamedTuple):
    """What an object refers to, and whose it is."""

    uid: str
    owner: str
    uses: t.FrozenSet[Used]


def names_in_use(
    client: KubeClient, discovery: Discovery, namespace: str, gone: t.AbstractSet[str], rules: Rules
) -> t.Optional[t.Set[Used]]:
    """`gone`: the uids of objects that no longer count, nor what they own. None: we may not see everything."""
    resources = _resources(discovery, rules)
    try:
        listed = run_all(lambda r: _holders(client, r, namespace, rules), resources)
    except Forbidden:
        return None
    holders = [holder for found in listed for holder in found]
    left = _without(holders, gone)
    return {use for holder in left for use in holder.uses}


def _resources(discovery: Discovery, rules: Rules) -> t.List[Resource]:
    """One version of each kind that can refer to something."""
    found: t.Dict[t.Tuple[str, str], Resource] = {}
    for resource in discovery.resources():
        kind = (resource.group, resource.kind)
        listable = "list" in resource.verbs or not resource.verbs
        if resource.namespaced and listable and kind not in found and rules.of(kind):
            found[kind] = resource
    return list(found.values())


def _holders(client: KubeClient, resource: Resource, namespace: str, rules: Rules) -> t.List[Holder]:
    """Page by page: of thousands of pods only the names remain."""
    references = rules.of((resource.group, resource.kind))
    found: t.List[Holder] = []
    query: t.Dict[str, str] = {}
    while True:
        try:
            page = client.page(resource, namespace, limit=_PAGE, query=query)
        except NotFound:
            return found
        found += [_holder(obj, references, namespace) for obj in page["items"]]
        following = (page.get("metadata") or {}).get("continue")
        if not following:
            return found
        query = {"continue": following}


def _holder(obj: Obj, references: t.Sequence[Reference], namespace: str) -> Holder:
    metadata = obj["metadata"]
    owners = [o for o in metadata.get("ownerReferences") or [] if o.get("controller")]
    uses = frozenset((r.target, name) for r in references for name in names_at(obj, r, namespace))
    return Holder(str(metadata.get("uid") or ""), str(owners[0].get("uid") or "") if owners else "", uses)


def _without(holders: t.Sequence[Holder], gone: t.AbstractSet[str]) -> t.List[Holder]:
    """Not those, not what they own, not what that owns."""
    leaving = set(gone) - {""}
    while True:
        more = {h.uid for h in holders if h.owner in leaving} - leaving
        if not more:
            return [h for h in holders if h.uid not in leaving]
        leaving |= more
