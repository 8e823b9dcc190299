# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.compose.verb import COMPOSE_STACK
    from ansible_collections.slipway.deploy.plugins.plugin_utils.compose_action import ComposeAction


class ActionModule(ComposeAction):
    """`compose_stack`: a project's files are read here, and run where the task runs."""

    VERB = COMPOSE_STACK
