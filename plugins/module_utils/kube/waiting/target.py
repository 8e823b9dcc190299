# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited on, as watches: as few as cover all objects, one for each kind and namespace. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import text
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import Topic
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.selector import check_selector, matches

#: Kind of a workload -> the kinds by which it is judged too.
DEPENDENTS: t.Mapping[str, t.Tuple[str, ...]] = {
    "Deployment": ("Pod", "ReplicaSet"),
    "ReplicaSet": ("Pod",),
    "StatefulSet": ("Pod",),
    "DaemonSet": ("Pod",),
    "Job": ("Pod",),
}


@dataclass(frozen=True)
class Target:
    """One named object, or all that selectors choose (then `ref.name` is empty)."""

    ref: ObjectRef
    resource: Resource
    label_selector: str = ""
    field_selector: str = ""
    #: Seconds of its own instead of the whole wait's.
    timeout: t.Optional[float] = None

    @property
    def named(self) -> bool:
        return bool(self.ref.name)

    @property
    def selection(self) -> t.Tuple[str, str]:
        """As label and field selector."""
        if self.named:
            return "", f"metadata.name={self.ref.name}"
        return self.label_selector, self.field_selector

    def chooses(self, obj: Obj) -> bool:
        if self.named:
            return text(obj, "metadata", "name") == self.ref.name
        return matches(obj, self.label_selector, self.field_selector)

    def __str__(self) -> str:
        if self.named:
            return str(self.ref)
        chosen = ", ".join(s for s in (self.label_selector, self.field_selector) if s) or "any"
        return f"{self.ref.kind} ({chosen})" + (f" in {self.ref.namespace}" if self.ref.namespace else "")


def topics_of(targets: t.Sequence[Target]) -> t.Dict[Topic, t.List[Target]]:
    """Each watch with the targets that it covers. Where all of them choose the same, the server does it for us."""
    together: t.Dict[t.Tuple[Resource, str], t.List[Target]] = {}
    for target in targets:
        together.setdefault((target.resource, target.ref.namespace), []).append(target)
    followed = {(kind, t_.ref.namespace) for t_ in targets for kind in DEPENDENTS.get(t_.ref.kind, ())}
    topics = {}
    for (resource, namespace), group in together.items():
        chosen = {target.selection for target in group}
        if len(chosen) == 1 and (resource.kind, namespace) not in followed:
            labels, fields = chosen.pop()
        else:
            labels = fields = ""
            _check(group)
        topics[Topic(resource, namespace, labels, fields)] = group
    return topics


def _check(group: t.Sequence[Target]) -> None:
    """What the server does not see, it cannot refuse."""
    for target in group:
        if not target.named:
            check_selector(target.label_selector)
            check_selector(target.field_selector)
