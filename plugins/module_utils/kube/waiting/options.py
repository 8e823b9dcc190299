# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How strictly a wait judges: options that every module which waits may offer. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.defaults import RULES_SPEC, UNSCHEDULABLE_GRACE

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import Assess
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.custom import Rule

#: For the argument spec of a module.
WAIT_SPEC: t.Dict[str, t.Any] = {
    "health_rules": RULES_SPEC,
    "unschedulable_grace": {"type": "float", "default": UNSCHEDULABLE_GRACE},
}


@dataclass(frozen=True)
class WaitOptions:
    rules: t.Tuple[Rule, ...] = ()
    unschedulable_grace: float = UNSCHEDULABLE_GRACE

    @property
    def assess(self) -> Assess:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.compute import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            with_rules,
        )

        return with_rules(self.rules)

    @property
    def graces(self) -> t.Dict[str, float]:
        """Grace by family of troubles."""
        return {"schedule": self.unschedulable_grace}


def wait_options(params: Params) -> WaitOptions:
    """Raises InputError before anything is asked of a cluster."""
    grace = params.get("unschedulable_grace")
    grace = UNSCHEDULABLE_GRACE if grace is None else float(grace)
    if grace < 0:
        raise InputError(f"unschedulable_grace is {grace:g}; it must be a number of seconds.")
    return WaitOptions(_rules(params.get("health_rules")), grace)


def _rules(given: t.Any) -> t.Tuple[Rule, ...]:
    if not given:
        return ()
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.custom import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        rules_from,
    )

    return tuple(rules_from(given))
