# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends one object that changes: one request, and what may be tried where the server refuses it."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Conflict,
    Forbidden,
    NotFound,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.answer import compare
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.apply_options import RECREATE, ApplyOptions
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.immutable import HOLDS_DATA, immutable_fields
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.plan import Planner
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CONFIGURED,
    FAILED,
    RECREATED,
    UNCHANGED,
    Obj,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.migration import migration

#: A new kind, and a new namespace's service account, are there a moment after their definition is.
_SETTLED_WITHIN = 15.0
_PAUSE = 0.2
_NOT_SERVED = ("could not find the requested resource", "page not found")


class Writer:
    """`write` may be called from many threads; with `dry_run` the server only says what would be."""

    def __init__(
        self,
        client: KubeClient,
        discovery: Discovery,
        planner: Planner,
        options: ApplyOptions,
        progress: t.Callable[[str], None],
    ) -> None:
        self._client = client
        self._discovery = discovery
        self._planner = planner
        self._options = options
        self._progress = progress

    def write(self, step: Step) -> None:
        """Apply the object; its action becomes what really happened."""
        try:
            answer = self._settled(step)
        except ApiError as exc:
            if not self.recreates(step, exc):
                raise
            answer = self._recreate(step)
        self._note_outcome(step, answer)

    def try_out(self, step: Step) -> Obj:
        """The server's answer to a dry run; nothing is written."""
        return self._send(step, dry_run=True)

    def recreates(self, step: Step, exc: ApiError) -> bool:
        """Is this a refusal that deleting and creating overcomes, and did the user ask for that?"""
        fields = immutable_fields(exc)
        if not fields or step.before is None:
            return False
        asked = self._options.may_recreate(step.manifest.obj)
        if asked and step.resource.kind in HOLDS_DATA and RECREATE not in _annotations(step.manifest.obj):
            raise InputError(
                f"{', '.join(fields)} cannot be changed, and a {step.resource.kind} is not deleted because of "
                f"recreate, since data may go with it; annotate it with {RECREATE}: 'true' if that is what you want"
            ) from exc
        if not asked:
            exc.hint = "delete it first, or set recreate: true"
        return asked

    def _note_outcome(self, step: Step, answer: Obj) -> None:
        before = (step.before or {}).get("metadata") or {}
        step.written = not before or before.get("resourceVersion") != answer["metadata"].get("resourceVersion")
        step.after = {"metadata": {k: answer["metadata"].get(k) for k in ("uid", "resourceVersion")}}
        if not step.written:
            step.action = UNCHANGED
        elif step.action == CONFIGURED:
            compare(step, answer, self._options.field_manager)

    def _settled(self, step: Step) -> Obj:
        """The write, tried again while a new kind or a new namespace is not quite there."""
        deadline = time.monotonic() + _SETTLED_WITHIN
        while True:
            try:
                return self._send_unless_raced(step)
            except (NotFound, Forbidden) as exc:
                if not _settles(step, exc) or time.monotonic() >= deadline:
                    raise
            time.sleep(_PAUSE)

    def _send_unless_raced(self, step: Step) -> Obj:
        """Somebody may have taken fields since we looked: then look again, and tell of it as of any conflict."""
        try:
            self._migrate(step)
            return self._send(step)
        except Conflict:
            ref = step.manifest.ref
            self._planner.judge(step, self._client.find(step.resource, ref.name, ref.namespace))
            if step.action == FAILED:
                raise
            return self._send(step)

    def _migrate(self, step: Step) -> None:
        """Fields of client-side applies become ours first, so that what the manifest leaves out goes."""
        patch = step.before and migration(step.before, self._options.field_manager)
        if patch:
            ref = step.manifest.ref
            self._client.patch(step.resource, ref.name, ref.namespace, patch, kind="json")

    def _send(self, step: Step, *, dry_run: bool = False) -> Obj:
        return self._client.apply(
            step.resource,
            step.manifest.obj,
            field_manager=self._options.field_manager,
            force=step.force or self._options.force is True,
            dry_run=dry_run,
            validation="Strict",
        )

    def _recreate(self, step: Step) -> Obj:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.make_way import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            make_way,
        )

        self._progress(f"{step.manifest.ref}: deleted and made again, since a field of it cannot be changed")
        make_way(self._client, self._discovery, step, self._progress)
        step.action = RECREATED
        return self._send(step)


def _annotations(obj: Obj) -> t.Mapping[str, t.Any]:
    return (obj.get("metadata") or {}).get("annotations") or {}


def _settles(step: Step, exc: ApiError) -> bool:
    if isinstance(exc, NotFound):
        return step.kind_is_new and any(said in exc.message for said in _NOT_SERVED)
    return step.resource.kind == "Pod" and "error looking up service account" in exc.message
