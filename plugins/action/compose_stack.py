# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import verb_of
from ansible_collections.slipway.deploy.plugins.plugin_utils.compose_action import ComposeAction


class ActionModule(ComposeAction):
    """`compose_stack`: a project's files are read here, and run where the task runs."""

    VERB = verb_of("compose.verb", "COMPOSE_STACK")
