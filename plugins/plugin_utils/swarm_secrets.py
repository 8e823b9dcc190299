# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only the controller can do with a swarm's secrets: keep them in files that nobody else reads."""

from __future__ import annotations

import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.sealing import make_key, unseal
from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction


class KeysAction(VerbAction):
    """Makes a key for this task, lets the manager seal for it, opens, writes, and forgets the key."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        given = self._task.args
        with tempfile.TemporaryDirectory(prefix="slipway-") as name:
            folder = Path(name)
            try:
                self._task.args = {**given, "public_key": make_key(runner(), folder)}
                result: Result = super().run(tmp, task_vars)
            finally:
                self._task.args = given
            sealed = result.pop("sealed", {})
            values = {key: unseal(runner(), folder, text) for key, text in sealed.items()}
        folder = Path(given["dest"]).expanduser()
        changed = [key for key, value in values.items() if read_text(folder / key) != value]
        if self._task.check_mode:
            changed += result.pop("missing", [])
        else:
            _keep(folder, {key: values[key] for key in changed})
        return {**result, "changed": bool(changed), "files": changed} if not result.get("failed") else result


def _keep(folder: Path, values: dict[str, str]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, value in values.items():
        write_atomic(folder / name, value)


class NodeAction(VerbAction):
    """`token_file` and `unlock_key_file` are files of the controller: their contents go to the host by stdin."""

    def prepare(self, args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        del task_vars
        key_file = args.get("unlock_key_file")
        if key_file:
            args["unlock_key"] = _content(key_file)
        join = dict(args.get("join") or {})
        token_file = join.pop("token_file", None)
        if token_file and not self._task.check_mode:
            join["token"] = _content(token_file)
        return {**args, "join": join} if join else args


def _content(path: str) -> str | None:
    """None where there is no such file: whether it is needed shows only on the host."""
    try:
        text = read_text(Path(path).expanduser())
    except OSError as exc:
        raise InputError(f"{path} on the controller cannot be read: {exc.strerror}.") from exc
    return text.strip() if text else None
