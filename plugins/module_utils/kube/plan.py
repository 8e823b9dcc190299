# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What applying would do to each object: asked of the server by dry runs, nothing is changed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.attempt import ask_about_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import (
    AlreadyExists,
    ApiError,
    Forbidden,
    NotFound,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.live import Live
from ansible_collections.slipway.deploy.plugins.module_utils.kube.order import is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.step import (
    CHANGES,
    CONFIGURED,
    CREATED,
    Obj,
    Step,
    compare,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.validate import is_field_error

#: Controllers write to live objects between our two questions; then we ask again.
_LOOKS = 4
_ANY_NAMESPACE = "default"
#: What the server says where an admission webhook has side effects.
_NO_DRY_RUN = "does not support dry run"


@dataclass(frozen=True)
class ApplyOptions:
    field_manager: str = "slipway"
    force: bool = False


class Planner:
    """Fills in the steps' actions."""

    def __init__(self, client: KubeClient, options: ApplyOptions) -> None:
        self._client = client
        self._options = options
        self._live = Live(client)
        self._new_namespaces: t.Set[str] = set()

    def plan(self, steps: t.Sequence[Step]) -> None:
        """Namespaces and CRDs first: whether they are new decides how the others can be checked."""
        first = [s for s in steps if _makes_room(s)]
        ask_about_all(self._plan_one, first)
        self._new_namespaces = {
            s.manifest.ref.name for s in first if s.resource.kind == "Namespace" and s.action == CREATED
        }
        changing = {_defined_kind(s) for s in first if is_crd(*s.group_kind) and s.action in CHANGES}
        rest = [s for s in steps if not _makes_room(s)]
        for step in rest:
            step.kind_is_new = step.kind_is_new or step.group_kind in changing
        old = [s for s in rest if not s.kind_is_new and s.manifest.ref.namespace not in self._new_namespaces]
        self._live.look([(s.resource, s.manifest.ref) for s in old])
        ask_about_all(self._plan_one, rest)

    def _plan_one(self, step: Step) -> None:
        ref = step.manifest.ref
        if step.kind_is_new:
            self._plan_unchecked(step)
        elif ref.namespace in self._new_namespaces:
            self._check_elsewhere(step)
            step.action, step.after = CREATED, step.manifest.obj
        else:
            self._plan_known(step)

    def _plan_live(self, step: Step) -> None:
        """Ask what is there and what it would become; the two must be about the same version."""
        ref = step.manifest.ref
        for look in range(_LOOKS):
            step.before = self._live.get(step.resource, ref, fresh=look > 0)
            step.after = self._dry_run(step)
            if step.before is None or _version(step.before) == _version(step.after):
                break
        self._decide(step)

    def _decide(self, step: Step) -> None:
        if step.before is None:
            step.action, step.after = CREATED, step.manifest.obj
        else:
            compare(step, self._options.field_manager)

    def _dry_run(self, step: Step) -> Obj:
        try:
            return self._client.apply(
                step.resource,
                step.manifest.obj,
                field_manager=self._options.field_manager,
                force=self._options.force,
                dry_run=True,
                validation="Strict",
            )
        except ApiError as exc:
            if is_field_error(exc):
                # Server-side apply names the first wrong field only; a creation names all.
                self._check_elsewhere(step, step.manifest.ref.namespace)
            raise

    def _check_elsewhere(self, step: Step, namespace: str = _ANY_NAMESPACE) -> None:
        """A dry-run creation. For a namespace that does not exist yet, in one that always does.

        Only what it says of the object's fields counts: names, quotas and rights are others there.
        """
        manifest = step.manifest.in_namespace(namespace) if step.resource.namespaced else step.manifest
        try:
            self._client.create(step.resource, manifest.obj, dry_run=True, validation="Strict")
        except (AlreadyExists, Forbidden):
            return
        except ApiError as exc:
            if is_field_error(exc) or exc.causes:
                raise

    def _plan_known(self, step: Step) -> None:
        try:
            self._plan_live(step)
        except ApiError as exc:
            if _NO_DRY_RUN not in exc.message:
                raise
            self._leave_unchecked(step)

    def _plan_unchecked(self, step: Step) -> None:
        """The kind is unknown, or its fields are about to change: what the server refuses now it may take then."""
        try:
            self._plan_live(step)
        except ApiError as exc:
            if not (isinstance(exc, NotFound) or is_field_error(exc)):
                raise
            self._leave_unchecked(step)

    def _leave_unchecked(self, step: Step) -> None:
        """Only whether the object is there can be known before it is written."""
        ref = step.manifest.ref
        step.unchecked = True
        step.before = self._client.find(step.resource, ref.name, ref.namespace)
        step.after = step.manifest.obj
        step.action = CREATED if step.before is None else CONFIGURED


def _makes_room(step: Step) -> bool:
    return step.group_kind == ("", "Namespace") or is_crd(*step.group_kind)


def _defined_kind(step: Step) -> t.Tuple[str, str]:
    spec = step.manifest.obj.get("spec") or {}
    return str(spec.get("group")), str((spec.get("names") or {}).get("kind"))


def _version(obj: t.Optional[Obj]) -> t.Any:
    return ((obj or {}).get("metadata") or {}).get("resourceVersion")
