# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of flowcontrol.apiserver.k8s.io."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current, in_progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, condition, explain, is_true


def flow_schema(obj: Object) -> Health:
    dangling = condition(obj, "Dangling")
    return in_progress(explain(dangling, "its priority level is missing")) if is_true(dangling) else current("exists")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"FlowSchema": flow_schema}
