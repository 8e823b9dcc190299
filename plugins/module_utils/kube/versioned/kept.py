# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which old versions of ConfigMaps and Secrets may go: not one that a live object, or a rollback, still needs.

Versions go in the run that makes a new one of the same name, so that a run which changes nothing deletes nothing.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery, Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CREATED, DELETED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import set_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.metadata import list_metadata
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Place
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.in_use import names_in_use
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import (
    VERSIONED_NAME,
    base_name,
    is_version,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import DEFAULT_RULES, Rules

Obj = t.Dict[str, t.Any]
DEFAULT_KEPT = 3
#: (resource, namespace, the name of which they are versions)
_Base = t.Tuple[Resource, str, str]


def plan_versions(
    client: KubeClient,
    discovery: Discovery,
    steps: t.Sequence[Step],
    keep_versions: int = DEFAULT_KEPT,
    *,
    orphans: t.Sequence[Step] = (),
    leaving: t.Sequence[Step] = (),
    rules: Rules = DEFAULT_RULES,
) -> t.List[Step]:
    """Steps that delete what may go; after the plan for `steps`, before anything is written.

    `orphans`: versions in the apply set that the manifests do not name (`PrunePlan.versions`). `leaving`: what
    this run removes, and so needs nothing any more.
    """
    wanted = {_base(s): s for s in steps if is_version(s.manifest.obj)}
    new = {base for base, step in wanted.items() if step.action == CREATED}
    names = {(s.resource, s.manifest.ref.namespace, s.manifest.ref.name) for s in steps}
    known = {uid_of(s.before or {}): s for s in orphans}
    owners = {base: set_of(step.manifest.obj) for base, step in wanted.items()}
    live = {b: [s for s in found if set_of(s.before) == owners[b]] for b, found in _live(client, new).items()}
    old = [known.get(uid_of(s.before or {}), s) for s in _beyond(live, names, keep_versions)]
    old += [s for s in orphans if _base(s) not in wanted]
    going = _unused(client, discovery, old, leaving, rules)
    for step in going:
        step.only_this = True
        step.action, step.after, step.note = DELETED, None, f"old version of {_base(step)[2]}"
    return going


def _base(step: Step) -> _Base:
    return step.resource, step.manifest.ref.namespace, base_name(step.manifest.obj)


def _live(client: KubeClient, bases: t.Set[_Base]) -> t.Dict[_Base, t.List[Step]]:
    """The versions that are there, of these names."""
    places = sorted({(resource, namespace) for resource, namespace, _name in bases}, key=str)
    found: t.Dict[_Base, t.List[Step]] = {}

    def ask(place: t.Tuple[Resource, str]) -> t.List[Obj]:
        return list_metadata(client, place[0], place[1], VERSIONED_NAME)

    for (resource, namespace), objects in zip(places, run_all(ask, places)):
        for obj in objects:
            base = (resource, namespace, base_name(obj))
            if base in bases and not obj["metadata"].get("deletionTimestamp"):
                manifest = Manifest(obj, Place(f"version of {base[2]}"))
                found.setdefault(base, []).append(Step(manifest, resource, before=obj))
    return found


def _beyond(live: t.Dict[_Base, t.List[Step]], wanted: t.Set[t.Tuple[Resource, str, str]], keep: int) -> t.List[Step]:
    """All but the newest `keep` of those that are not wanted."""
    beyond: t.List[Step] = []
    for (resource, namespace, _name), versions in live.items():
        old = [s for s in versions if (resource, namespace, s.manifest.ref.name) not in wanted]
        beyond += sorted(old, key=_age, reverse=True)[max(keep, 0) :]
    return beyond


def _unused(
    client: KubeClient, discovery: Discovery, old: t.Sequence[Step], leaving: t.Sequence[Step], rules: Rules
) -> t.List[Step]:
    going = []
    gone = frozenset(uid_of(s.before or {}) for s in leaving)
    for namespace in sorted({s.manifest.ref.namespace for s in old}):
        used = names_in_use(client, discovery, namespace, gone, rules)
        if used is None:
            continue  # what we may not see may need them
        here = [s for s in old if s.manifest.ref.namespace == namespace]
        going += [s for s in here if (s.resource.kind, s.manifest.ref.name) not in used]
    return going


def _age(step: Step) -> t.Tuple[str, str]:
    return str(step.manifest.obj["metadata"].get("creationTimestamp") or ""), step.manifest.ref.name
