# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The revisions of a workload that the cluster keeps: ReplicaSets of Deployments, else ControllerRevisions."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import (
    CONTROLLER_HASH,
    REVISION,
    annotation,
    label,
    name_of,
    owner_of,
    uid_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    mapping,
    mappings,
    number,
    text,
)

CHANGE_CAUSE = "kubernetes.io/change-cause"
_HASH = "pod-template-hash"
#: What controllers add to a template's metadata to tell revisions apart.
_PATCH_MARK = "$patch"


@dataclass(frozen=True)
class Revision:
    """One template that the workload had, or has."""

    number: int
    name: str
    template: t.Dict[str, t.Any]
    created: str
    cause: str = ""
    #: How many it has now.
    pods: int = 0

    def as_result(self, current: int) -> t.Dict[str, t.Any]:
        return {
            "revision": self.number,
            "name": self.name,
            "images": images_of(self.template),
            "created": self.created,
            "change_cause": self.cause,
            "pods": self.pods,
            "current": self.number == current,
        }


def images_of(template: Object) -> t.List[str]:
    containers = mappings(template, "spec", "initContainers") + mappings(template, "spec", "containers")
    return [text(container, "image") for container in containers]


def revisions_of(workload: Object, candidates: t.Iterable[Object], pods: t.Iterable[Object] = ()) -> t.List[Revision]:
    """Oldest first. `candidates` are the ReplicaSets or ControllerRevisions of the namespace; `pods` may hold others'.

    ReplicaSets count their pods themselves.
    """
    mine = [obj for obj in candidates if owner_of(obj) == uid_of(workload)]
    if text(workload, "kind") == "Deployment":
        found = [_of_replica_set(obj) for obj in mine]
    else:
        own = [label(pod, CONTROLLER_HASH) for pod in pods if owner_of(pod) == uid_of(workload)]
        found = [_of_controller_revision(obj, own) for obj in mine]
    return sorted(found, key=lambda revision: revision.number)


def _of_replica_set(obj: Object) -> Revision:
    given = annotation(obj, REVISION)
    template = dict(mapping(obj, "spec", "template"))
    metadata = dict(mapping(template, "metadata"))
    metadata["labels"] = {k: v for k, v in mapping(metadata, "labels").items() if k != _HASH}
    return Revision(
        int(given) if given.isdigit() else 0,
        name_of(obj),
        {**template, "metadata": metadata},
        text(obj, "metadata", "creationTimestamp"),
        annotation(obj, CHANGE_CAUSE),
        number(obj, "status", "replicas"),
    )


def _of_controller_revision(obj: Object, hashes: t.Sequence[str]) -> Revision:
    """A StatefulSet's pods bear the revision's name, a DaemonSet's the hash at the end of it."""
    marks = (name_of(obj), label(obj, CONTROLLER_HASH))
    template = {k: v for k, v in mapping(obj, "data", "spec", "template").items() if k != _PATCH_MARK}
    return Revision(
        number(obj, "revision"),
        name_of(obj),
        template,
        text(obj, "metadata", "creationTimestamp"),
        annotation(obj, CHANGE_CAUSE),
        sum(1 for given in hashes if given in marks),
    )


def current_of(workload: Object, revisions: t.Sequence[Revision]) -> int:
    """The revision whose template the workload has now; 0 where its controller has not recorded it yet."""
    if text(workload, "kind") == "Deployment":
        given = annotation(workload, REVISION)
        return int(given) if given.isdigit() else 0
    template = mapping(workload, "spec", "template")
    same = [revision.number for revision in revisions if same_template(revision.template, template)]
    return max(same, default=0)


def same_template(one: Object, other: Object) -> bool:
    """Equal but for what is empty: ControllerRevisions are written without empty fields."""
    return bool(_without_empty(one) == _without_empty(other))


def _without_empty(value: t.Any) -> t.Any:
    if isinstance(value, t.Mapping):
        pairs = ((k, _without_empty(v)) for k, v in value.items())
        return {k: v for k, v in pairs if v not in (None, {}, [])}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


def revision_to_restore(workload: Object, revisions: t.Sequence[Revision], wanted: t.Optional[int]) -> Revision:
    """The one asked for, else the one before the present. Raises InputError where there is none."""
    kept = ", ".join(str(revision.number) for revision in revisions) or "none"
    subject = f"{text(workload, 'kind')} {text(workload, 'metadata', 'namespace')}/{name_of(workload)}"
    if wanted:
        chosen = [revision for revision in revisions if revision.number == wanted]
        missing = f"{subject} has no revision {wanted}; the cluster keeps {kept}."
    else:
        present = current_of(workload, revisions)
        chosen = [revision for revision in revisions if revision.number < present]
        missing = f"{subject} has no revision before the present one; the cluster keeps {kept}."
    if not chosen:
        raise InputError(missing)
    return chosen[-1]
