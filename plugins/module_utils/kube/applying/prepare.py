# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests -> steps that can be planned: placed, versioned, labelled."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.resolve import resolve
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.builtin import is_builtin
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.rewrite import version_manifests
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.timeouts import own_timeout

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.identity import Identity
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.shapes import Shapes


def steps_for(manifests: t.Sequence[Manifest], cluster: Cluster, apply_set: t.Optional[Identity]) -> t.List[Step]:
    """One step an object, as it will be sent. Mistakes that need no server are told here."""
    steps = resolve(manifests, cluster.discovery, cluster.namespace)
    placed = [step.manifest for step in steps]
    if apply_set is not None:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.member import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            label_members,
        )

        placed = label_members(placed, apply_set)
    placed = version_manifests(placed, everything=bool(cluster.params.get("versioned")))
    if cluster.params.get("checksum"):
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.checksum import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            add_checksums,
        )

        placed = add_checksums(placed)
    for step, manifest in zip(steps, placed):
        step.manifest = manifest
    return steps


def check_timeouts(manifests: t.Iterable[Manifest]) -> None:
    """A time that nobody can read is told before anything is sent."""
    for manifest in manifests:
        own_timeout(manifest.obj, manifest.place)


def shapes_for(steps: t.Sequence[Step], cluster: Cluster) -> t.Dict[t.Tuple[str, str], Shapes]:
    """Of custom kinds that the server has: which of their fields are one value, which have owners inside."""
    custom = [s.manifest.obj for s in steps if not s.kind_is_new and not is_builtin(s.manifest.ref.api_version)]
    if not custom:
        return {}
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.custom_shapes import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        custom_shapes,
    )

    return custom_shapes(custom, steps, cluster.client)


def normalise(steps: t.Iterable[Step]) -> None:
    """What is compared with the cluster, and sent."""
    for step in steps:
        step.manifest = replace(step.manifest, obj=normalised(step.manifest.obj))
