# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `host_files`: many text files in one task."""

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk
from ansible_collections.slipway.deploy.plugins.module_utils.host.files import FileChange, compare, parse

_FILE = {
    "dest": {"type": "path", "required": True},
    "content": {"type": "str", "no_log": False},
    "mode": {"type": "str", "default": "0644"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "keep": {"type": "bool", "default": False},
    "previous": {"type": "bool", "default": False},
    "validate": {"type": "str"},
}


def write_files(params: Params, context: TaskContext) -> Result:
    """Compare the whole set first; touch nothing when the input is wrong."""
    changes = [compare(wanted, disk.find(wanted.dest)) for wanted in parse(params["files"])]
    due = [change for change in changes if change.changed]
    if not context.check_mode:
        run = runner(context.env)
        for change in due:
            _make(change, run)
    result: Result = {
        "changed": bool(due),
        "changed_files": [change.wanted.dest for change in due],
        "files": [change.shown() for change in changes],
    }
    if context.diff:
        result["diff"] = [change.diff() for change in due]
    return result


def _make(change: FileChange, run: Runner) -> None:
    wanted = change.wanted
    if wanted.absent:
        disk.remove(wanted.dest)
    elif change.rewrites:
        disk.replace(wanted, run)
    else:
        disk.set_attributes(wanted, wanted.dest)


HOST_FILES = Verb(
    name="host_files",
    spec={"argument_spec": {"files": {"type": "list", "elements": "dict", "required": True, "options": _FILE}}},
    run=write_files,
    hide=("files",),
)
