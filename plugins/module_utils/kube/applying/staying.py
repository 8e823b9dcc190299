# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether anything can leave the cluster in a task that applies. In most tasks nothing can: there is no set."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import is_version

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import OpenSet


class Departures(t.Protocol):
    """See leaving.Leaving."""

    @property
    def steps(self) -> t.List[Step]: ...

    def foresee(self, steps: t.Sequence[Step]) -> None: ...

    def begin(self, steps: t.Sequence[Step]) -> None: ...

    def finish(self, steps: t.Sequence[Step]) -> None: ...

    def take_back(self) -> None: ...

    def name_pruned(self) -> None: ...


class AllStays:
    """Nothing leaves."""

    steps: t.ClassVar[t.List[Step]] = []

    def foresee(self, steps: t.Sequence[Step]) -> None:
        """There is nothing to foresee."""

    def begin(self, steps: t.Sequence[Step]) -> None:
        """There is nothing to remember."""

    def finish(self, steps: t.Sequence[Step]) -> None:
        """There is nothing to remove."""

    def take_back(self) -> None:
        """Nothing was written."""

    def name_pruned(self) -> None:
        """Nothing was pruned."""


def opened_set(cluster: Cluster) -> t.Optional[OpenSet]:
    """The set that the task names, read from the cluster."""
    name = cluster.params.get("apply_set")
    if not name:
        return None
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.opened import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        open_set,
    )

    return open_set(cluster.client, cluster.discovery, name, cluster.namespace)


def departures(cluster: Cluster, opened: t.Optional[OpenSet], steps: t.Sequence[Step]) -> Departures:
    """What can leave: members of a set, and old versions of configuration."""
    if opened is None and not any(is_version(step.manifest.obj) for step in steps):
        return AllStays()
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.leaving import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        Leaving,
    )

    return Leaving(cluster, opened)
