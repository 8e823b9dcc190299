# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts objects back to what they were before this task, with what it created removed.

Only our own fields go back, by server-side apply with the values that they had. What others have set since then stays.
"""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.asked import asked_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.attempt import write_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.delete import delete_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import owned_by
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.make_way import make_way
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CREATED,
    DELETED,
    FAILED,
    RECREATED,
    Obj,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.conflict import conflicts
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.normal import normalised
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.freeing import free_stateful_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.rollouts.workload import Workload
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_until_healthy


class Restorer:
    """Takes back what one task has written."""

    def __init__(
        self, client: KubeClient, discovery: Discovery, manager: str, progress: t.Callable[[str], None]
    ) -> None:
        self._client = client
        self._discovery = discovery
        self._manager = manager
        self._progress = progress

    def restore(self, steps: t.Sequence[Step], timeout: float) -> str:
        """Says how it went, as a sentence. Waits until what was put back is healthy again."""
        written = [step for step in steps if step.written]
        if not written:
            return "Nothing had been changed."
        self._progress(f"going back: {len(written)} objects")
        created = [step for step in written if step.before is None]
        changed = [step for step in written if step.before is not None]
        errors = [*self._remove(created), *self._put_back(changed)]
        if errors:
            return f"Going back failed too: {' '.join(errors)}"
        refs = [step.manifest.ref for step in changed]
        try:
            if refs:
                wait_until_healthy(self._client, self._discovery, refs, timeout, self._progress)
        except SlipwayError as exc:
            return f"The objects are what they were before, but they are not healthy: {sentence(exc.message)}"
        return "The objects are what they were before" + (", and healthy." if refs else ".")

    def _remove(self, created: t.Sequence[Step]) -> t.List[str]:
        doomed = [Step(s.manifest, s.resource, action=DELETED, before=s.after, only_this=True) for s in created]
        delete_all(self._client, self._discovery, doomed, None, self._progress)
        return [step.error for step in doomed if step.action == FAILED]

    def _put_back(self, changed: t.Sequence[Step]) -> t.List[str]:
        tries = [Step(s.manifest, s.resource, action=s.action, before=s.before, note=s.action) for s in changed]
        write_all(self._one, tries)
        return [step.error for step in tries if step.action == FAILED]

    def _one(self, step: Step) -> None:
        before = step.before or {}
        if step.action == RECREATED:
            # The fields that made it be recreated cannot be changed back either.
            make_way(self._client, self._discovery, step, self._progress)
        self._client.apply(
            step.resource, self._ours(before, step), field_manager=self._manager, force=True, validation="Ignore"
        )
        for owner, fields in self._taken(before, step).items():
            self._client.apply(step.resource, fields, field_manager=owner, force=True, validation="Ignore")
        if step.manifest.ref.kind == "StatefulSet":
            free_stateful_set(Workload(self._client, self._discovery, before))

    def _ours(self, before: Obj, step: Step) -> Obj:
        """The object as we had applied it; all of it, if it is made anew."""
        if step.action in (RECREATED, CREATED):
            return normalised(before)
        owned = owned_by(before, self._manager)
        kept = asked_of({k: v for k, v in before.items() if k != "status"}, {}, owned) if owned else {}
        return _named(before, kept)

    def _taken(self, before: Obj, step: Step) -> t.Dict[str, Obj]:
        """What we took from others goes back to them."""
        found: t.Dict[str, Obj] = {}
        for conflict in conflicts(step.manifest.obj, before, self._manager):
            for entry in before["metadata"].get("managedFields") or []:
                if entry.get("manager") == conflict.owner and not entry.get("subresource"):
                    found[conflict.owner] = _named(before, asked_of(before, {}, entry.get("fieldsV1")))
        return found


def _named(obj: Obj, fields: Obj) -> Obj:
    names = {k: obj["metadata"][k] for k in ("name", "namespace") if k in obj["metadata"]}
    metadata = {**(fields.get("metadata") or {}), **names}
    return {**fields, "apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata}
