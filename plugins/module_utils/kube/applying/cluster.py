# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task's objects go: the cluster, and what the task says of how."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.apply_options import ApplyOptions, force_from


@dataclass(frozen=True)
class Cluster:
    """For one task."""

    client: KubeClient
    discovery: Discovery
    params: Params
    context: TaskContext

    @property
    def options(self) -> ApplyOptions:
        return ApplyOptions(
            self.params["field_manager"],
            force_from(self.params["force_conflicts"]),
            recreate=bool(self.params.get("recreate")),
            preflight=bool(self.params.get("preflight")),
        )

    @property
    def namespace(self) -> str:
        """For objects that name none; empty: the default."""
        return self.params.get("namespace") or ""

    @property
    def timeout(self) -> float:
        return float(self.params["wait_timeout"])
