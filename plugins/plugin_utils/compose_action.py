# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins that take a Compose project: its files are read where the playbook runs."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible.errors import AnsibleError

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.bundle import gather
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import parsed, positions_of
from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction

_DEFINITION = "definition"


class ComposeAction(VerbAction):
    """Turns `project_src` of the controller, and the lines of `definition`, into `packed`."""

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        del task_vars
        if args.get("packed"):
            raise InputError("compose_stack: 'packed' is not for playbooks: use 'project_src'.")
        given = dict(args)
        if isinstance(given.get(_DEFINITION), dict):
            given[_DEFINITION] = json.dumps(given[_DEFINITION], indent=2)
        params, _hidden = self._validated(given)
        if params["state"] != "present":
            return given
        if params[_DEFINITION] is not None:
            parsed(_DEFINITION, params[_DEFINITION])
            return {**given, "packed": {"positions": {_DEFINITION: positions_of(_DEFINITION, params[_DEFINITION])}}}
        if params["remote_src"]:
            return given
        env = {**self._task_environment(), **{str(k): str(v) for k, v in (params["env"] or {}).items()}}
        bundle = gather(self._found(params["project_src"]), params["files"] or [], params["env_files"] or [], env)
        return {**given, "packed": bundle.as_option()}

    def _found(self, path: str) -> Path:
        """As the role's other files."""
        try:
            return Path(self._find_needle("files", path))
        except AnsibleError as exc:
            raise InputError(f"project_src: there is no directory {path} on the controller.") from exc
