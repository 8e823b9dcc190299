# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that a Helm chart calls hooks, as plain objects in the right order. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifest import Manifest

HOOK = "helm.sh/hook"
#: What is applied is installed or upgraded. Helm runs the others when it tests, deletes or goes back.
_APPLIED = {"pre-install", "pre-upgrade", "post-install", "post-upgrade"}


def as_plain_objects(manifests: t.Sequence[Manifest]) -> t.List[Manifest]:
    """Without the hooks that have no part in applying a chart."""
    return [replace(m) for m in manifests if _is_applied(m)]


def _is_applied(manifest: Manifest) -> bool:
    events = events_of(manifest)
    return not events or bool(events & _APPLIED)


def events_of(manifest: Manifest) -> t.Set[str]:
    """When Helm would run it; nothing for what is no hook."""
    annotations = manifest.obj["metadata"].get("annotations")
    hook = annotations.get(HOOK) if isinstance(annotations, dict) else None
    return {event.strip() for event in hook.split(",")} if isinstance(hook, str) else set()
