# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What leaves the cluster in a task that applies: members that left their set, and old versions of configuration."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import DELETED, PRUNED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset import parent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import refuse_members_of_others
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.prune import (
    PrunePlan,
    confirm,
    exact_contents,
    plan_prune,
    prune_options,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.kept import DEFAULT_KEPT, plan_versions


@dataclass
class Leaving:
    """Planned before anything is written; done when all that stays is healthy."""

    cluster: Cluster
    opened: t.Optional[OpenSet] = None
    plan: PrunePlan = field(default_factory=PrunePlan)
    versions: t.List[Step] = field(default_factory=list)

    def foresee(self, steps: t.Sequence[Step]) -> None:
        """Reads only. Refuses what belongs to another set, and to remove too much."""
        params, client, discovery = self.cluster.params, self.cluster.client, self.cluster.discovery
        if self.opened is not None:
            refuse_members_of_others(steps, self.opened.identity)
            options = prune_options(params.get("prune_limit") or "50%", params.get("prune_protect"))
            self.plan = plan_prune(client, discovery, self.opened, steps, options, full=self.cluster.context.diff)
        keep = params.get("keep_versions")
        self.versions = plan_versions(
            client,
            discovery,
            steps,
            DEFAULT_KEPT if keep is None else keep,
            orphans=self.plan.versions,
            leaving=self.plan.going,
        )
        if self.opened is not None:
            parent.foresee(client, self.opened, steps, exact_contents(self.opened, steps, self.plan))

    def begin(self, steps: t.Sequence[Step]) -> None:
        """Before the first write: killed from here on, the next run still knows every member."""
        if self.opened is not None:
            parent.widen(self.cluster.client, self.opened, steps, self.cluster.options.field_manager)

    def finish(self, steps: t.Sequence[Step]) -> None:
        cluster = self.cluster
        if self.opened is not None and self.plan.deletions:
            confirm(cluster.client, self.opened, self.plan)
        timeout = cluster.timeout if cluster.params["wait"] else None
        going = [*self.plan.deletions, *self.versions]
        if going:
            cluster.context.progress(f"pruning {len(going)} objects")
            delete_all(cluster.client, cluster.discovery, going, timeout, cluster.context.progress)
        if self.opened is not None:
            parent.settle(cluster.client, self.opened, exact_contents(self.opened, steps, self.plan))

    def take_back(self) -> None:
        """When what was written has been taken back: the set is what it was."""
        if self.opened is not None:
            parent.withdraw(self.cluster.client, self.opened)

    def name_pruned(self) -> None:
        """For the result: what this task removed is told apart from what the user asked to be absent."""
        for step in self.steps:
            if step.action == DELETED:
                step.action = PRUNED

    @property
    def steps(self) -> t.List[Step]:
        """All of them, for the task's result."""
        return [*([self.opened.step] if self.opened else []), *self.plan.steps, *self.versions]
