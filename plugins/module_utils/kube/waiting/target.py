# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited on, as watches: as few as cover all objects, one for each kind and namespace. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import Topic


@dataclass(frozen=True)
class Target:
    """One named object, or all that selectors choose (then `ref.name` is empty)."""

    ref: ObjectRef
    resource: Resource
    label_selector: str = ""
    field_selector: str = ""

    @property
    def named(self) -> bool:
        return bool(self.ref.name)

    def __str__(self) -> str:
        if self.named:
            return str(self.ref)
        chosen = ", ".join(s for s in (self.label_selector, self.field_selector) if s) or "any"
        return f"{self.ref.kind} ({chosen})" + (f" in {self.ref.namespace}" if self.ref.namespace else "")


def topics_of(targets: t.Sequence[Target]) -> t.Dict[Topic, t.List[Target]]:
    """Each watch with the targets that it covers. A single object is watched by its name."""
    together: t.Dict[t.Tuple[Resource, str], t.List[Target]] = {}
    topics: t.Dict[Topic, t.List[Target]] = {}
    for target in targets:
        if target.named:
            together.setdefault((target.resource, target.ref.namespace), []).append(target)
        else:
            topic = Topic(target.resource, target.ref.namespace, target.label_selector, target.field_selector)
            topics.setdefault(topic, []).append(target)
    for (resource, namespace), group in together.items():
        names = {target.ref.name for target in group}
        field = f"metadata.name={names.pop()}" if len(names) == 1 else ""
        topics.setdefault(Topic(resource, namespace, "", field), []).extend(group)
    return topics
