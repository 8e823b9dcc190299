# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of `compose_stack`: make a host run a Compose project, go back to the release before when it cannot."""

from __future__ import annotations

import functools
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import CHECK_SPEC, HttpCheck
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import DEPLOYED, last_deployed, target_of
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.compose.absent import remove
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import ProjectDir, Release
from ansible_collections.slipway.deploy.plugins.module_utils.compose.images import ImageStore
from ansible_collections.slipway.deploy.plugins.module_utils.compose.prune import prune
from ansible_collections.slipway.deploy.plugins.module_utils.compose.request import check_names
from ansible_collections.slipway.deploy.plugins.module_utils.compose.resolve import Resolved, Resolver
from ansible_collections.slipway.deploy.plugins.module_utils.compose.rollout import Host
from ansible_collections.slipway.deploy.plugins.module_utils.compose.service import Update
from ansible_collections.slipway.deploy.plugins.module_utils.compose.stack import Stack
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import keep, key_at, signer, sweep
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import ComposeCli, Sources
from ansible_collections.slipway.deploy.plugins.module_utils.engine.containers import Containers
from ansible_collections.slipway.deploy.plugins.module_utils.engine.edge import Edge
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries


def run(params: Params, context: TaskContext) -> Result:
    """Entry point of module and action."""
    check_names(params)
    stack = _stack(params, context)
    stack.host.cli.require()
    stack.host.engine.require()
    if params["state"] == "status":
        return {"changed": False, **stack.shown()}
    if context.check_mode:
        return _do(stack, params, context)
    # A killed Ansible leaves its worker at work for a while: it is waited for, not fought.
    what = f"the Compose project '{params['project_name']}'"
    with exclusive(stack.place.lock, what, wait=params["wait_timeout"], progress=context.progress):
        return _do(stack, params, context)


def _stack(params: Params, context: TaskContext) -> Stack:
    place = ProjectDir(Path(params["project_dir"]))
    run_program = runner(context.env)
    last = last_deployed(place.releases())
    engine = engine_of(run_program, context.env)
    return Stack(
        host=Host(
            cli=ComposeCli(run_program, params["project_name"]),
            sources=Sources(str(place.path), (str(place.compose_file),), ("/dev/null",)),
            engine=Containers(run_program),
            edge=Edge(run_program, params["wait_timeout"]),
            timeout=params["wait_timeout"],
            progress=context.progress,
        ),
        place=place,
        images=ImageStore(
            engine,
            engine.info,
            lambda info: Registries(context.env, info.mirrors, info.insecure),
            last.wish.images if last else {},
        ),
        update=Update(params["parallelism"], params["delay"], params["monitor"], params["order"]),
        rolling=params["strategy"] == "rolling",
        remove_orphans=params["remove_orphans"],
        keep=params["keep_releases"],
    )


def _do(stack: Stack, params: Params, context: TaskContext) -> Result:
    if params["state"] == "absent":
        return remove(stack, volumes=params["remove_volumes"], check_mode=context.check_mode)
    if params["state"] == "rolled_back":
        return _roll_back(stack, params, context)
    resolved = _resolve(stack, params, context)
    check = HttpCheck.from_params(params["check"])
    return _deploy(stack, resolved, params, context, params["version"] or "", check)


def _resolve(stack: Stack, params: Params, context: TaskContext) -> Resolved:
    env = {str(key): str(value) for key, value in (params["env"] or {}).items()}
    key = key_at(stack.place.own / "key", create=not context.check_mode)
    resolver = Resolver(
        # By the process's environment: it wins over env files, and never reaches a command line.
        cli=ComposeCli(runner({**context.env, **env}), params["project_name"]),
        images=stack.images,
        store=str(stack.place.store),
        sign=signer(key),
        env=env,
    )
    resolved = resolver.resolve(params)
    if not context.check_mode:
        keep(resolved.units, stack.place.store, resolver.sign)
    return resolved


def _deploy(
    stack: Stack, resolved: Resolved, params: Params, context: TaskContext, version: str, check: HttpCheck | None
) -> Result:
    decision = stack.decide(resolved.wish, resolved.known)
    before = last_deployed(stack.place.releases())
    told = {**decision.as_result(), "previous": before.shown() if before else None}
    pruned = functools.partial(prune, stack, resolved.wish, params, check_mode=context.check_mode)
    if context.check_mode:
        return _with_pruned({**told, **stack.shown()}, pruned())
    stack.fetch(resolved.wish)
    stack.release(resolved.wish, resolved.known, decision, version, check)
    left = pruned()
    sweep(stack.place.store, [r.wish.text() for r in stack.place.releases() if r.status == DEPLOYED])
    return _with_pruned({**told, **stack.shown()}, left)


def _with_pruned(result: Result, pruned: t.Sequence[str]) -> Result:
    return {**result, "changed": result["changed"] or bool(pruned), "pruned": list(pruned)}


def _roll_back(stack: Stack, params: Params, context: TaskContext) -> Result:
    target = _target(stack, params["to_revision"])
    check = HttpCheck.from_params(params["check"] or target.check)
    resolved = Resolved(target.wish, (), frozenset())
    result = _deploy(stack, resolved, params, context, target.version, check)
    return {**result, "rolled_back_to": target.shown()}


def _target(stack: Stack, revision: int | None) -> Release:
    """After a run that was broken off, the last release that is recorded is the one before."""
    releases = stack.place.releases()
    last = last_deployed(releases)
    if revision is None and last and stack.place.interrupted():
        return last
    return target_of(releases, revision, stack.host.cli.name)


COMPOSE_STACK = Verb(
    name="compose_stack",
    run=run,
    hide=("secrets", "env", "packed"),
    spec={
        "argument_spec": {
            "project_name": {"type": "str", "required": True},
            "project_dir": {"type": "path", "required": True},
            "definition": {"type": "str"},
            "project_src": {"type": "path"},
            "remote_src": {"type": "bool", "default": False},
            "files": {"type": "list", "elements": "str"},
            "env_files": {"type": "list", "elements": "str"},
            "profiles": {"type": "list", "elements": "str"},
            "services": {"type": "list", "elements": "str"},
            "env": {"type": "dict", "default": {}},
            "secrets": {"type": "dict", "no_log": True, "default": {}},
            "packed": {
                "type": "dict",
                "options": {
                    "files": {"type": "list", "elements": "str", "default": []},
                    "env_files": {"type": "list", "elements": "str", "default": []},
                    "positions": {"type": "dict", "default": {}},
                    "brought": {"type": "list", "elements": "dict", "default": []},
                },
            },
            "pull": {"type": "str", "choices": ["policy", "missing", "always", "never"], "default": "policy"},
            "version": {"type": "str"},
            "state": {
                "type": "str",
                "choices": ["present", "rolled_back", "absent", "status"],
                "default": "present",
            },
            "to_revision": {"type": "int"},
            "strategy": {"type": "str", "choices": ["recreate", "rolling"], "default": "recreate"},
            "order": {"type": "str", "choices": ["start-first", "stop-first"]},
            "parallelism": {"type": "int", "default": 1},
            "delay": {"type": "float", "default": 0.0},
            "monitor": {"type": "float", "default": 0.0},
            "remove_orphans": {"type": "bool", "default": True},
            "prune_networks": {"type": "bool", "default": False},
            "prune_volumes": {"type": "bool", "default": False},
            "remove_volumes": {"type": "bool", "default": False},
            "check": CHECK_SPEC,
            "wait_timeout": {"type": "int", "default": 120},
            "keep_releases": {"type": "int", "default": 10},
        },
        "required_if": [("state", "present", ("definition", "project_src"), True)],
        "mutually_exclusive": [("definition", "project_src"), ("definition", "files")],
    },
)
