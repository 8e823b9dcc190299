# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server's answer to a write says was done. Pure."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import content, owned_by
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CONFIGURED, UNCHANGED, Obj, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.decide.migration import migration


def compare(step: Step, answer: Obj, manager: str) -> None:
    """The action by the server's answer: what the user would see change, or whom the fields belong to."""
    before = step.before or {}
    if migration(before, manager):
        step.action, step.note = CONFIGURED, f"'{manager}' takes over what client-side apply has set"
    elif content(before) != content(answer):
        step.action = CONFIGURED
    elif owned_by(before, manager) != owned_by(answer, manager):
        step.action = CONFIGURED
        step.note = f"no value changes; '{manager}' becomes owner of what it sets"
    else:
        # Some kinds get a new version for a write that changes nothing.
        step.action = UNCHANGED
