# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_rootless`: users with an engine of their own, which is not root's."""

from __future__ import annotations

import os
import typing as t
from functools import partial

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.absent import unmake
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.account import Account, account, exists
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.host_parts import forget_delegation
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.known import forget, known
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.present import make, predicted
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.ready import (
    check_installed,
    check_kernel,
    find_script,
    lacking,
)
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.unit import unit
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import SEARCH_PATH

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "users": {"type": "list", "elements": "str", "default": []},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "options": {"type": "dict", "default": {}},
        "merge": {"type": "bool", "default": True},
        "environment": {"type": "dict", "default": {}},
        "script": {"type": "path"},
        "keep_containers": {"type": "bool", "default": True},
        "remove_data": {"type": "bool", "default": False},
        "restart_after": {"type": "list", "elements": "path", "default": []},
    },
}


def rootless(params: Params, context: TaskContext) -> Result:
    """Every user is looked at before anybody's engine is touched."""
    if os.geteuid() != 0:
        raise InputError("Only root may give users an engine: run this task with become: true.")
    # Nothing of the task's: users see for a moment what their programs start with.
    run = runner({"PATH": SEARCH_PATH, "LANG": "C.UTF-8"})
    if params["state"] == "absent":
        return _absent(params, run, context)
    accounts = [account(name) for name in dict.fromkeys(params["users"])]
    if not accounts:
        return {"changed": False, "engines": []}
    unit("", params["environment"])
    fixed = sorted({"hosts", "pidfile"} & set(params["options"]))
    if fixed:
        raise InputError(f"options: {', '.join(fixed)} of a user's engine cannot be set: it is found by them.")
    check_kernel()
    script = find_script(params["script"])
    missing = lacking(script)
    if missing and context.check_mode:
        return _told([predicted(one, [f"not installed yet: {', '.join(missing)}"]) for one in accounts], context)
    check_installed(missing)
    return _told([_named(one, partial(make, one, script or "", params, run, context)) for one in accounts], context)


def _named(one: Account, work: t.Callable[[], Result]) -> Result:
    """Whose engine it is belongs to what went wrong."""
    try:
        return work()
    except SlipwayError as exc:
        if one.name not in exc.message:
            exc.reword(f"{one.name}: {exc.message}")
        raise
    except PermissionError as exc:
        raise InputError(
            f"users: {one.name} may not touch {exc.filename}, which its own engine needs (a link or another owner?)."
            " Give it back to the user."
        ) from exc


def _absent(params: Params, run: Runner, context: TaskContext) -> Result:
    """Without names all whose engines are ours."""
    names = dict.fromkeys(params["users"] or sorted(known()))
    accounts = [account(name) for name in names if exists(name)]
    if not context.check_mode:
        for name in set(names) - {one.name for one in accounts}:
            forget(name)  # its engine went with its home
    gone = [_named(one, partial(unmake, one, params, run, context)) for one in accounts]
    if not known() and not context.check_mode:
        forget_delegation(run)
    return _told(gone, context)


def _told(engines: t.Sequence[Result], context: TaskContext) -> Result:
    diffs = [diff for engine in engines for diff in engine.pop("diff", [])]
    result: Result = {"changed": any(engine["changed"] for engine in engines), "engines": list(engines)}
    if context.diff and diffs:
        result["diff"] = diffs
    return result


VERB = Verb(name="docker_rootless", spec=SPEC, run=rootless, hide=("options", "environment"))
