# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
    from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_verb import VERB
    from ansible_collections.slipway.deploy.plugins.plugin_utils.remote_progress import in_two_steps
    from ansible_collections.slipway.deploy.plugins.plugin_utils.secret_environment import SecretEnvironment


class ActionModule(SecretEnvironment):
    VERB = VERB

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        del task_vars
        if "packed" in args:
            raise AnsibleActionFail("docker_bake: 'packed' is not for playbooks.")
        return args

    def run_there(self, task_vars: dict[str, t.Any]) -> Result:
        arguments = self.with_secrets(dict(self._task.args))
        if self._task.async_val:
            return self.run_module(arguments, task_vars)
        return in_two_steps(self, task_vars, arguments, lambda: {"progress": ""})
