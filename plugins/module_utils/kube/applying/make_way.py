# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes an object that another of its name is to replace, and waits until it has gone."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import ABSENT
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.standing import WORKLOADS
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

_GONE_WITHIN = 120.0


def make_way(client: KubeClient, discovery: Discovery, step: Step, progress: t.Callable[[str], None]) -> None:
    """Delete the object that is there, with what it owns, and wait until it has gone."""
    ref = step.manifest.ref
    # What a workload runs must have gone too: the new one may need its names and ports.
    propagation = "Foreground" if ref.kind in WORKLOADS else "Background"
    with contextlib.suppress(NotFound):
        client.delete(step.resource, ref.name, ref.namespace, propagation=propagation)
    wait_for(client, discovery, [Target(ref, step.resource)], ABSENT, timeout=_GONE_WITHIN, progress=progress)
