# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that a Helm chart calls hooks, as plain objects in the order in which Helm would run them. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.apply_options import RECREATE
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.annotations import BARRIER
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest

HOOK = "helm.sh/hook"
WEIGHT = "helm.sh/hook-weight"
#: Their templates cannot be changed in place; Helm makes such a hook anew for each upgrade.
_RUN_ONCE = ("Job", "Pod")
#: What is applied is installed or upgraded. Helm runs the others when it tests, deletes or goes back.
_BEFORE = {"pre-install", "pre-upgrade"}
_AFTER = {"post-install", "post-upgrade"}


@dataclass(frozen=True)
class _Hook:
    before: bool
    weight: int


def as_plain_objects(manifests: t.Sequence[Manifest]) -> t.List[Manifest]:
    """Without the hooks that have no part in applying a chart; the others behind barriers, by their weights."""
    hooks = {i: hook for i, hook in enumerate(map(_hook_of, manifests)) if hook is not None}
    levels = _levels(hooks.values())
    found = []
    for i, manifest in enumerate(manifests):
        if i in hooks:
            found.append(_placed(manifest, levels[hooks[i]]))
        elif not _events(manifest):
            found.append(manifest)
    return found


def _hook_of(manifest: Manifest) -> t.Optional[_Hook]:
    events = _events(manifest)
    if not events & (_BEFORE | _AFTER):
        return None
    weight = _annotations(manifest).get(WEIGHT) or "0"
    try:
        return _Hook(bool(events & _BEFORE), int(weight))
    except (TypeError, ValueError) as exc:
        where = manifest.place.at(f"metadata.annotations.{WEIGHT}")
        raise InputError(f"{where}: {WEIGHT} of {manifest.ref} is {weight!r}, not a whole number in quotes.") from exc


def _levels(hooks: t.Iterable[_Hook]) -> t.Dict[_Hook, int]:
    """Barriers: ..., -2, -1 before everything else, which has 0; 1, 2, ... after it."""
    wanted = set(hooks)
    before = sorted((h for h in wanted if h.before), key=lambda h: h.weight)
    after = sorted((h for h in wanted if not h.before), key=lambda h: h.weight)
    return {
        **{hook: i - len(before) for i, hook in enumerate(before)},
        **{hook: i + 1 for i, hook in enumerate(after)},
    }


def _placed(manifest: Manifest, level: int) -> Manifest:
    """A barrier that the chart itself sets stays."""
    own = {RECREATE: "true"} if manifest.obj["kind"] in _RUN_ONCE else {}
    annotations = {BARRIER: str(level), **own, **_annotations(manifest)}
    metadata = {**manifest.obj["metadata"], "annotations": annotations}
    return replace(manifest, obj={**manifest.obj, "metadata": metadata})


def _events(manifest: Manifest) -> t.Set[str]:
    """When Helm would run it; nothing for what is no hook."""
    hook = _annotations(manifest).get(HOOK)
    return {event.strip() for event in hook.split(",")} if isinstance(hook, str) else set()


def _annotations(manifest: Manifest) -> t.Dict[str, t.Any]:
    found = manifest.obj["metadata"].get("annotations")
    return found if isinstance(found, dict) else {}
