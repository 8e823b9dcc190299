# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible.errors import AnsibleActionFail

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports

with quick_imports():
    from ansible_collections.slipway.deploy.plugins.module_utils.artifact.publish import VERB
    from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
    from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class ActionModule(VerbAction):
    """Asks the host what it lacks, sends only that, and has it moved into place."""

    VERB = VERB
    TRANSFERS_FILES = True
    _supports_async = False

    def can_run_here(self) -> bool:
        return False

    def run_there(self, task_vars: dict[str, t.Any]) -> Result:
        asked: Result = super().run_there(task_vars)
        wanted = asked.get("published", [])
        if asked.get("failed") or not wanted or self._task.check_mode:
            return asked
        self._task.args = {**self._task.args, "incoming": self._send(wanted)}
        moved: Result = super().run_there(task_vars)
        return moved

    def _send(self, wanted: list[str]) -> str:
        """Each file under its checksum, in the task's own folder on the host, which Ansible removes."""
        folder = Path(self._task.args["directory"]).expanduser()
        sums = {one["path"]: one["sha256"] for one in self._task.args["files"]}
        for number, path in enumerate(wanted, 1):
            source = folder / path
            if not source.is_file():
                raise AnsibleActionFail(f"artifacts_publish: there is no {source}: gather the artifacts first.")
            self._progress(f"[{number}/{len(wanted)}] sending {source.name}, {source.stat().st_size // 2**20} MiB")
            target = self._connection._shell.join_path(self._connection._shell.tmpdir, sums[path])
            self._transfer_file(str(source), target)
            self._fixup_perms2((self._connection._shell.tmpdir, target))
        return str(self._connection._shell.tmpdir)
