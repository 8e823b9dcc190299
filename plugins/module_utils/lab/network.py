# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's network on which the hosts of a lab have their addresses."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Engine
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import LAB_LABEL, Lab

_SUBNETS = "{{range .IPAM.Config}}{{.Subnet}} {{end}}"


def ensure(engine: Engine, lab: Lab, check_mode: bool) -> bool:
    """Make it where it is missing. Two labs may share one; the one that made it removes it."""
    if engine.succeeds("network", "inspect", lab.network):
        subnets = engine.call("network", "inspect", "--format", _SUBNETS, lab.network).split()
        if lab.subnet not in subnets:
            raise SlipwayError(
                f"The engine's network '{lab.network}' is {' '.join(subnets)}, and the lab asks for {lab.subnet}: "
                f"choose another network name, or remove it with 'docker network rm {lab.network}'."
            )
        return False
    if not check_mode:
        engine.call("network", "create", "--label", f"{LAB_LABEL}={lab.name}", "--subnet", lab.subnet, lab.network)
    return True


def remove(engine: Engine, name: str, lab: str, check_mode: bool) -> bool:
    """Only where this lab made it."""
    mine = engine.call("network", "ls", "--quiet", "--filter", f"name=^{name}$", "--filter", f"label={LAB_LABEL}={lab}")
    if not mine.strip():
        return False
    if not check_mode:
        engine.call("network", "rm", name)
    return True
