# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes what manifests name; with an apply set, all of its members and the set itself."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all, plan_deletion
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.outcome import result_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.present import refuse_failed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset import parent
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import Contents
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet, open_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.prune import (
    PrunePlan,
    exact_contents,
    plan_removal,
    prune_options,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest


def make_absent(manifests: t.Sequence[Manifest], cluster: Cluster) -> Result:
    """The task's result. Raises ApplyFailed or WaitFailed, with the result as details."""
    return _Absent(manifests, cluster).run()


class _Absent:
    def __init__(self, manifests: t.Sequence[Manifest], cluster: Cluster) -> None:
        self._cluster = cluster
        self._steps = resolve(manifests, cluster.discovery, cluster.namespace, unknown_ok=True)
        name = cluster.params.get("apply_set")
        self._opened: t.Optional[OpenSet] = (
            open_set(cluster.client, cluster.discovery, name, cluster.namespace) if name else None
        )
        self._plan = PrunePlan()

    def run(self) -> Result:
        cluster = self._cluster
        plan_deletion(cluster.client, self._steps)
        if self._opened is not None:
            options = prune_options("100%", cluster.params.get("prune_protect"))
            self._plan = plan_removal(
                cluster.client, cluster.discovery, self._opened, self._steps, options, full=cluster.context.diff
            )
        self._refuse_failed("Nothing was deleted.", sent=False)
        if cluster.context.check_mode:
            if self._opened is not None:
                parent.foresee_close(self._opened, self._left())
            return self._result()
        self._delete()
        self._refuse_failed("The others were deleted.", sent=True)
        if self._opened is not None:
            parent.close(cluster.client, self._opened, self._left())
        return self._result()

    def _delete(self) -> None:
        """What was done is told even where waiting for it failed."""
        cluster = self._cluster
        timeout = cluster.timeout if cluster.params["wait"] else None
        steps = [*self._steps, *self._plan.deletions]
        try:
            delete_all(cluster.client, cluster.discovery, steps, timeout, cluster.context.progress)
        except WaitFailed as exc:
            exc.details.update(self._result())
            raise

    def _left(self) -> Contents:
        return exact_contents(self._opened, [], self._plan) if self._opened else Contents()

    def _all(self) -> t.List[Step]:
        return [*self._steps, *self._plan.steps, *([self._opened.step] if self._opened else [])]

    def _result(self, *, sent: bool = True) -> Result:
        return result_of(self._all(), self._cluster.context.diff, sent=sent)

    def _refuse_failed(self, rest: str, *, sent: bool) -> None:
        refuse_failed(self._all(), rest, lambda: self._result(sent=sent))
