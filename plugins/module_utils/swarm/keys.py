# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `swarm_keys`: the swarm's join tokens and unlock key, to files on the controller and nowhere else."""

from __future__ import annotations

import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.membership import read_membership
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.sealing import seal

WORKER_TOKEN, MANAGER_TOKEN, UNLOCK_KEY = "worker_token", "manager_token", "unlock_key"


def run(params: Params, context: TaskContext) -> Result:
    """What the manager holds, sealed for the controller, whose action plugin opens it and writes the files."""
    api = EngineApi(unix_sender(context.env))
    made = read_membership(api).manager
    values = read_keys(api, params["keys"]) if made or not context.check_mode else {}
    with tempfile.TemporaryDirectory(prefix="slipway-") as name:
        sealed = {
            key: seal(runner(context.env), Path(name), params["public_key"], value) for key, value in values.items()
        }
    missing = [key for key in params["keys"] if key not in values]
    return {"changed": False, "sealed": sealed, "missing": missing}


def read_keys(api: EngineApi, keys: t.Sequence[str]) -> t.Dict[str, str]:
    found = {}
    if WORKER_TOKEN in keys or MANAGER_TOKEN in keys:
        tokens = api.get("/swarm")["JoinTokens"]
        found = {WORKER_TOKEN: str(tokens["Worker"]), MANAGER_TOKEN: str(tokens["Manager"])}
    if UNLOCK_KEY in keys:
        found[UNLOCK_KEY] = str((api.get("/swarm/unlockkey") or {}).get("UnlockKey") or "")
    return {key: found[key] for key in keys if found[key]}


SWARM_KEYS = Verb(
    name="swarm_keys",
    run=run,
    spec={
        "argument_spec": {
            "dest": {"type": "path", "required": True},
            "keys": {
                "type": "list",
                "elements": "str",
                "choices": [WORKER_TOKEN, MANAGER_TOKEN, UNLOCK_KEY],
                "required": True,
                "no_log": False,
            },
            "public_key": {"type": "str", "no_log": False},
        }
    },
)
