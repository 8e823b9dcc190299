# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a verb as its faces do; and one task by both faces: in the controller's worker, and shipped as a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext, Verb

_OF_JOBS = (
    "invocation",
    "ansible_job_id",
    "finished",
    "started",
    "results_file",
    "stdout",
    "stderr",
    "stdout_lines",
    "stderr_lines",
)


def run_verb(verb: Verb, options: t.Mapping[str, t.Any], context: TaskContext) -> Result:
    """With the defaults and the types of its argument spec."""
    checked = ArgumentSpecValidator(**verb.spec).validate(dict(options))
    assert checked.error_messages == []
    return verb.run(checked.validated_parameters, context)


def both_faces(folder: Path, module: str, arguments: t.Mapping[str, t.Any], **keywords: t.Any) -> tuple[t.Any, t.Any]:
    """(here, there): the results. A task with `async` is always shipped. `keywords`: of the task, as `diff`."""
    task = {f"slipway.deploy.{module}": dict(arguments), "ignore_errors": True, **keywords}
    tasks = [{**task, "register": "here"}, {**task, "register": "there", "async": 120, "poll": 1}]
    out = folder / "results.json"
    copy = {"content": "{{ {'here': here, 'there': there} | to_json }}", "dest": str(out)}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [*tasks, {"ansible.builtin.copy": copy}],
    }
    playbook = folder / "faces.yml"
    playbook.write_text(json.dumps([play]))
    command = ["ansible-playbook", "-i", "localhost,", str(playbook)]
    env = {**os.environ, "ANSIBLE_ASYNC_DIR": str(folder / "jobs"), "ANSIBLE_LOCALHOST_WARNING": "false"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert out.exists(), done.stdout + done.stderr
    results = json.loads(out.read_text())
    return tuple({k: v for k, v in results[face].items() if k not in _OF_JOBS} for face in ("here", "there"))  # type: ignore[return-value]
