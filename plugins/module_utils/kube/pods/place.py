# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where to run something: one container that runs, of the pod or of the workload that a task names."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.owned import name_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import compute
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    field,
    is_true,
    text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.containers import one, state_of, title
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.find import PodFinder, ref_from


@dataclass(frozen=True)
class Place:
    """A container in a cluster."""

    namespace: str
    pod: str
    container: str

    def path(self, subresource: str) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}/{subresource}"

    def as_result(self) -> t.Dict[str, str]:
        return {"namespace": self.namespace, "pod": self.pod, "container": self.container}

    def __str__(self) -> str:
        return f"Container {self.container} of Pod {self.namespace}/{self.pod}"


def place_for(finder: PodFinder, params: Params) -> Place:
    """Raises InputError where nothing runs, and says why."""
    if params.get("pod"):
        pod = finder.named(ObjectRef("v1", "Pod", params["namespace"], params["pod"]))[0]
    else:
        pod = _ready(finder.chosen(params), _subject(params))
    container = one(pod, params.get("container") or "")
    state, why = state_of(pod, container)
    if state != "running":
        raise InputError(
            f"Container {container} of {title(pod)} does not run ({state}): {sentence(why or 'no reason')}"
        )
    return Place(text(pod, "metadata", "namespace"), name_of(pod), container)


def _subject(params: Params) -> str:
    if params.get("label_selectors"):
        return f"Namespace {params['namespace']}, {','.join(params['label_selectors'])}"
    return str(ref_from(params))


def _ready(pods: t.Sequence[Obj], subject: str) -> Obj:
    """The first by name of those that are ready and stay."""
    if not pods:
        raise InputError(f"{subject}: there is no pod to run the command in.")
    ready = [
        pod for pod in pods if is_true(condition(pod, "Ready")) and not field(pod, "metadata", "deletionTimestamp")
    ]
    if not ready:
        raise InputError(f"{subject}: no pod is ready. {' '.join(map(_standing, pods[:3]))}")
    return ready[0]


def _standing(pod: Object) -> str:
    return sentence(f"{name_of(pod)}: {compute(pod).message}")
