# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.swarm.node import SWARM_NODE
    from ansible_collections.slipway.deploy.plugins.plugin_utils.swarm_secrets import NodeAction


class ActionModule(NodeAction):
    """`swarm_node`: reads tokens and keys from files of the controller."""

    VERB = SWARM_NODE
