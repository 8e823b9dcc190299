# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import tempfile
import typing as t
from pathlib import Path

from ansible import constants as C
from ansible.errors import AnsibleActionFail

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
    from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import as_values, read_secrets
    from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB
    from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry
    from ansible_collections.slipway.deploy.plugins.module_utils.image.pack import pack_context
    from ansible_collections.slipway.deploy.plugins.plugin_utils.described_context import DescribedContext
    from ansible_collections.slipway.deploy.plugins.plugin_utils.remote_progress import in_two_steps
    from ansible_collections.slipway.deploy.plugins.plugin_utils.secret_environment import SecretEnvironment


class ActionModule(SecretEnvironment):
    """With `remote_src: false` the context is on the controller: it is described first, and sent when it is needed."""

    VERB = VERB
    TRANSFERS_FILES = True
    _from_controller = False

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        del task_vars
        params, _hidden = self._validated(args)
        self._from_controller = not params["remote_src"]
        if params["packed"]:
            raise AnsibleActionFail("docker_build: 'packed' is not for playbooks: use 'path' and 'remote_src'.")
        if self._from_controller:
            return {**args, "path": self._find_needle("files", params["path"])}
        return args

    def run_there(self, task_vars: dict[str, t.Any]) -> Result:
        if self._task.async_val:
            if self._from_controller:
                raise AnsibleActionFail("docker_build: 'remote_src: false' cannot be combined with 'async'.")
            return self.run_module(self.with_secrets(dict(self._task.args)), task_vars)
        try:
            return self._run_in_two_steps(task_vars)
        except SlipwayError as exc:
            return {"failed": True, "changed": False, "msg": exc.message, **exc.details}

    def _run_in_two_steps(self, task_vars: dict[str, t.Any]) -> Result:
        arguments = self.with_secrets(dict(self._task.args))
        if not self._from_controller:
            return in_two_steps(self, task_vars, arguments, lambda: {"progress": ""})
        params, _hidden = self._validated(arguments)
        environment = {**os.environ, **self._task_environment()}
        described = DescribedContext(params, environment)
        arguments["secrets"] = as_values(read_secrets(params["secrets"], environment))
        return in_two_steps(
            self,
            task_vars,
            arguments,
            described.option,
            lambda: described.option(self._send(described)),
            described.correct,
        )

    def _send(self, described: DescribedContext) -> list[str]:
        """Into the task's temporary folder on the host, which goes away with the task."""
        inputs = described.inputs
        sent = [self._send_one(inputs.root, inputs.entries, "context.tar.gz", f"the context of {inputs.name}")]
        for number, one in enumerate(described.folders):
            sent.append(self._send_one(one.root, one.entries, f"context-{number}.tar.gz", f"the context {one.name}"))
        return sent

    def _send_one(self, root: Path, entries: t.Sequence[Entry], name: str, what: str) -> str:
        folder = self._connection._shell.tmpdir or self._make_tmp_path()
        target: str = self._connection._shell.join_path(folder, name)
        handle, local = tempfile.mkstemp(prefix="slipway-context-", dir=C.DEFAULT_LOCAL_TMP)
        os.close(handle)
        packed = Path(local)
        try:
            pack_context(root, entries, packed)
            self._progress(f"sending {what}, {packed.stat().st_size / 1e6:.1f} MB")
            self._transfer_file(local, target)
        finally:
            packed.unlink()
        self._fixup_perms2((folder, target))
        return target
