# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one object stands at the moment. A value."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.diagnosis.doom import Doom
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import ObjectRef
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.target import DEPENDENTS, Target

#: Kinds that run pods: they can be doomed by them.
WORKLOADS = (*DEPENDENTS, "Pod")


@dataclass(frozen=True)
class Standing:
    """One object at this moment. `obj` is None where nothing exists (yet)."""

    target: Target
    ref: ObjectRef
    obj: t.Optional[Obj]
    met: bool
    health: Health
    doom: t.Optional[Doom] = None
    #: It can no longer become what is waited for.
    final: bool = False
    #: Seconds of its own instead of the whole wait's.
    timeout: t.Optional[float] = None

    @property
    def is_workload(self) -> bool:
        return self.obj is not None and self.ref.kind in WORKLOADS
