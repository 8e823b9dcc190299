# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends what a plan decided: wave by wave, the objects of a wave at once."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.attempt import write_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.errors import Forbidden, NotFound
from ansible_collections.slipway.deploy.plugins.module_utils.kube.order import is_crd, waves
from ansible_collections.slipway.deploy.plugins.module_utils.kube.plan import ApplyOptions
from ansible_collections.slipway.deploy.plugins.module_utils.kube.step import (
    CONFIGURED,
    CREATED,
    FAILED,
    SKIPPED,
    Obj,
    Step,
    compare,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import wait_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.goal import by_condition
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import Target

_ESTABLISHED_WITHIN = 60.0
#: A new kind, and a new namespace's service account, are there a moment after their definition is.
_SETTLED_WITHIN = 15.0
_PAUSE = 0.2
_NOT_SERVED = ("could not find the requested resource", "page not found")


class Executor:
    """Applies the steps that change something. A failed step does not hide what came of the others."""

    def __init__(self, client: KubeClient, discovery: Discovery, options: ApplyOptions) -> None:
        self._client = client
        self._discovery = discovery
        self._options = options

    def execute(self, steps: t.Sequence[Step], progress: t.Callable[[str], None]) -> None:
        """After a wave with a failure the later ones are skipped: they may need what failed."""
        todo = [s for s in steps if s.action in (CREATED, CONFIGURED)]
        broken = False
        for wave in waves(todo, lambda s: s.group_kind):
            if broken:
                for step in wave:
                    step.action, step.error = SKIPPED, "not sent, because something before it failed"
                continue
            write_all(self._write, wave)
            self._await_kinds([s for s in wave if is_crd(*s.group_kind) and s.action != FAILED], progress)
            broken = any(s.action == FAILED for s in wave)

    def _write(self, step: Step) -> None:
        live = self._apply(step)
        step.written = True
        if step.unchecked and step.before is not None:
            step.after = live
            compare(step, self._options.field_manager)

    def _apply(self, step: Step) -> Obj:
        deadline = time.monotonic() + _SETTLED_WITHIN
        while True:
            try:
                return self._client.apply(
                    step.resource,
                    step.manifest.obj,
                    field_manager=self._options.field_manager,
                    force=self._options.force,
                    validation="Strict",
                )
            except (NotFound, Forbidden) as exc:
                if not _settles(step, exc) or time.monotonic() >= deadline:
                    raise
            time.sleep(_PAUSE)

    def _await_kinds(self, definitions: t.Sequence[Step], progress: t.Callable[[str], None]) -> None:
        if not definitions:
            return
        targets = [Target(s.manifest.ref, s.resource) for s in definitions]
        try:
            wait_for(
                self._client,
                self._discovery,
                targets,
                by_condition("Established"),
                timeout=_ESTABLISHED_WITHIN,
                progress=progress,
            )
        except SlipwayError as exc:
            for step in definitions:
                step.fail(exc)
        self._discovery.refresh()


def _settles(step: Step, exc: SlipwayError) -> bool:
    if isinstance(exc, NotFound):
        return step.kind_is_new and any(said in exc.message for said in _NOT_SERVED)
    return step.resource.kind == "Pod" and "error looking up service account" in exc.message
