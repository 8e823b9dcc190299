# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks what changes by the schemas at hand, before anything is sent."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.openapi import schemas_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.precheck import precheck
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CREATED, FAILED, SENT, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.validate import told
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest


def check_fields(steps: t.Sequence[Step], cluster: Cluster, written: t.Sequence[Manifest]) -> None:
    """What the schemas refuse fails before anything is sent. Only what changes is looked at: the rest is there.

    `written`: the manifests as the user wrote them, in the order of the steps.
    """
    todo = [(step, manifest) for step, manifest in zip(steps, written) if step.action in SENT]
    if not todo:
        return
    schemas = schemas_for(cluster.client, [manifest.obj for _step, manifest in todo])
    new = {s.manifest.ref.name for s in steps if s.group_kind == ("", "Namespace") and s.action == CREATED}
    for whole in (True, False):
        # Where the server cannot be asked before, an object must be complete: nobody else tells in time.
        some = [(s, m) for s, m in todo if whole == (s.kind_is_new or s.manifest.ref.namespace in new)]
        objs = [manifest.obj for _step, manifest in some]
        found = precheck(cluster.client, cluster.discovery, schemas, objs, whole=whole) if objs else []
        for (step, manifest), problems in zip(some, found):
            if problems:
                step.action, step.error = FAILED, told(manifest, problems)
