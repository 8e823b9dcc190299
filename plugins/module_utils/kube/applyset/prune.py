# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which members of a set have left it: found before anything is written, removed when the rest is applied."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    DELETED,
    FAILED,
    SKIPPED,
    UNCHANGED,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import Contents, contents_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.limit import (
    DEFAULT_LIMIT,
    Limit,
    parse_limit,
    refuse_too_many,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.members import (
    Member,
    as_contents,
    in_places,
    list_members,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.protect import DEFAULT_PROTECTED, why_kept
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import uid_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Place
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import VERSIONED_NAME

_NOT_DONE = (FAILED, SKIPPED)


@dataclass(frozen=True)
class PruneOptions:
    """`protected`: kinds, as `Namespace` (of any group) or `Bundle.example.com`."""

    limit: Limit
    protected: t.Tuple[str, ...]


def prune_options(limit: t.Any = DEFAULT_LIMIT, protected: t.Optional[t.Sequence[str]] = None) -> PruneOptions:
    """From a task's `prune_limit` and `prune_protect`."""
    return PruneOptions(parse_limit(limit), tuple(DEFAULT_PROTECTED if protected is None else protected))


@dataclass
class PrunePlan:
    """What leaves (`going`), and what has left the manifests and stays."""

    going: t.List[Step] = field(default_factory=list)
    #: Protected or opted out: their steps say why.
    kept: t.List[Step] = field(default_factory=list)
    #: Old versions of ConfigMaps and Secrets: versioned/kept.py decides which of them go.
    versions: t.List[Step] = field(default_factory=list)
    #: How many members the set had.
    size: int = 0
    #: What cannot be looked at now, and so stays in the set.
    unreachable: Contents = field(default_factory=Contents)

    @property
    def steps(self) -> t.List[Step]:
        """For the task's result."""
        return [*self.going, *self.kept]

    @property
    def deletions(self) -> t.List[Step]:
        """For delete_all."""
        return [s for s in self.going if s.action == DELETED]


def plan_prune(
    client: KubeClient,
    discovery: Discovery,
    opened: OpenSet,
    steps: t.Sequence[Step],
    options: PruneOptions,
    *,
    full: bool = False,
) -> PrunePlan:
    """After the plan for `steps`, before anything is written. `full`: read what goes, for a diff."""
    plan = _sorted(client, discovery, opened, steps, options)
    leaving = [s.manifest.ref for s in plan.going if s.action == DELETED]
    refuse_too_many(leaving, plan.size, options.limit, opened.identity)
    if full:
        run_all(lambda step: _read(client, step), plan.going)
    return plan


def plan_removal(
    client: KubeClient,
    discovery: Discovery,
    opened: OpenSet,
    steps: t.Sequence[Step],
    options: PruneOptions,
    *,
    full: bool = False,
) -> PrunePlan:
    """For `state: absent`: every member that `steps` do not name, however many; old versions too."""
    plan = _sorted(client, discovery, opened, steps, options)
    for step in plan.versions:
        step.action, step.after, step.note = DELETED, None, "pruned"
    plan.going, plan.versions = plan.going + plan.versions, []
    if full:
        run_all(lambda step: _read(client, step), plan.deletions)
    return plan


def exact_contents(opened: OpenSet, steps: t.Sequence[Step], plan: PrunePlan) -> Contents:
    """What the set reaches when all of the plan is done; after `plan_versions`. For `state: absent` give no steps.

    After deleting: what could not be deleted is still a member.
    """
    staying = [*steps, *plan.kept]
    staying += [s for s in plan.versions if s.action in (UNCHANGED, *_NOT_DONE)]
    staying += [s for s in plan.going if s.action in _NOT_DONE]
    return contents_of(staying, opened.identity) | plan.unreachable


def confirm(client: KubeClient, opened: OpenSet, plan: PrunePlan) -> None:
    """Just before deleting: waiting may have taken long, and who has left for another set meanwhile is not ours."""
    places = {(s.resource, s.manifest.ref.namespace) for s in plan.deletions}
    still = {member.uid for member in in_places(client, opened, sorted(places, key=str))}
    for step in plan.deletions:
        if uid_of(step.before or {}) not in still:
            step.action, step.note = UNCHANGED, "has left the set by itself"


def _sorted(
    client: KubeClient, discovery: Discovery, opened: OpenSet, steps: t.Sequence[Step], options: PruneOptions
) -> PrunePlan:
    members, unreachable = list_members(client, discovery, opened)
    plan = PrunePlan(size=len(members), unreachable=as_contents(unreachable, opened))
    uids = {uid_of(obj or {}) for s in steps for obj in (s.before, s.after)} - {""}
    keys = {s.manifest.ref.key for s in steps}
    for member in members:
        if member.uid not in uids and member.ref.key not in keys:
            _decide(plan, member, opened, options)
    return plan


def _decide(plan: PrunePlan, member: Member, opened: OpenSet, options: PruneOptions) -> None:
    metadata = member.obj["metadata"]
    step = Step(Manifest(member.obj, Place(f"apply set {opened.identity.name}")), member.resource, before=member.obj)
    why = why_kept(step.group_kind, metadata.get("annotations") or {}, options.protected)
    if metadata.get("deletionTimestamp"):
        step.note, step.after = "is being deleted already", step.before
        plan.going.append(step)
    elif why:
        step.note, step.after = why, step.before
        plan.kept.append(step)
    elif VERSIONED_NAME in (metadata.get("labels") or {}):
        step.after = step.before
        plan.versions.append(step)
    else:
        step.action, step.note, step.only_this = DELETED, "pruned", True
        plan.going.append(step)


def _read(client: KubeClient, step: Step) -> None:
    if step.action == DELETED:
        ref = step.manifest.ref
        step.before = client.find(step.resource, ref.name, ref.namespace) or step.before
