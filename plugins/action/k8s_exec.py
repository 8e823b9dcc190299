# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.exec import VERB
    from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class ActionModule(VerbAction):
    VERB = VERB

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """What a task with no_log says is for nobody to watch."""
        del task_vars
        return {**args, "stream": False} if self._task.no_log else args
