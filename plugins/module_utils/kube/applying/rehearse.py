# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the server by dry runs what applying would do. Nothing is changed."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.resource import is_crd
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.answer import compare
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.attempt import ask_about_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import (
    CREATED,
    RECREATED,
    SENT,
    Step,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.write import Writer

#: What the server says where an admission webhook has side effects.
_NO_DRY_RUN = "does not support dry run"


def rehearse(steps: t.Sequence[Step], writer: Writer, manager: str) -> None:
    """What goes into a new namespace, or is of a kind that is new or changes here, the server cannot answer yet."""
    new = {s.manifest.ref.name for s in steps if s.group_kind == ("", "Namespace") and s.action == CREATED}
    kinds = {_defined_kind(s) for s in steps if is_crd(*s.group_kind) and s.action in SENT}

    def one(step: Step) -> None:
        try:
            answer = writer.try_out(step)
        except ApiError as exc:
            if _NO_DRY_RUN in exc.message:
                return  # a webhook with side effects: the prediction stays as it is
            if not writer.recreates(step, exc):
                raise
            step.action = RECREATED
            return
        if step.before is not None:
            compare(step, answer, manager)

    todo = [s for s in steps if s.action in SENT and not s.kind_is_new and s.group_kind not in kinds]
    ask_about_all(one, [s for s in todo if s.manifest.ref.namespace not in new])


def _defined_kind(step: Step) -> t.Tuple[str, str]:
    spec = step.manifest.obj.get("spec") or {}
    return str(spec.get("group")), str((spec.get("names") or {}).get("kind"))
