# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_builders`: the builders of buildx that a host has."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace

from ansible_collections.slipway.deploy.plugins.module_utils.builder.decide import (
    CREATE,
    NONE,
    RECREATE,
    REMOVE,
    Due,
    Found,
    decide,
)
from ansible_collections.slipway.deploy.plugins.module_utils.builder.store import Store, folder_of
from ansible_collections.slipway.deploy.plugins.module_utils.builder.wanted import (
    Builder,
    create_argv,
    parse,
    remove_argv,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.engine.builder_facts import parse_inspected
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import EngineError
from ansible_collections.slipway.deploy.plugins.module_utils.image.capable import require_buildx

_INSPECT = ("docker", "buildx", "inspect")


def run(params: Params, context: TaskContext) -> Result:
    """Look at all of them first; then make each, and put back what was there where it cannot be made."""
    wanted = parse(params["builders"])
    command = _command(context)
    store = Store(folder_of(context.env))
    seen = {builder.name: command([*_INSPECT, builder.name]) for builder in wanted}
    dues = [decide(builder, _found(builder, seen[builder.name], store, command)) for builder in wanted]
    before = {due.builder.name: store.asked(due.builder.name) for due in dues}
    if not context.check_mode and any(due.changed for due in dues):
        with exclusive(store.lock_file, "this user's builders", wait=params["timeout"], progress=context.progress):
            for due in dues:
                _carry_out(due, store, command, context)
        seen.update({due.builder.name: command([*_INSPECT, due.builder.name]) for due in dues if due.changed})
    return _result(dues, before, seen, context)


def _command(context: TaskContext) -> Runner:
    """Where check mode is to predict the engine's installation too, there is no program to ask yet."""
    command = runner(context.env)
    try:
        require_buildx(command)
    except MissingDependencyError:
        if not context.check_mode:
            raise
        return lambda *_words, **_more: Completed(127, "", "")
    return command


def _found(builder: Builder, inspected: Completed, store: Store, command: Runner) -> Found:
    current = parse_inspected(command(_INSPECT).out).name if builder.use else ""
    return Found(
        exists=inspected.ok or store.has(builder.name),
        made_of=store.made_of(builder.name),
        asked=store.asked(builder.name),
        running=inspected.ok and parse_inspected(inspected.out).running,
        current=current == builder.name,
    )


def _carry_out(due: Due, store: Store, command: Runner, context: TaskContext) -> None:
    name = due.builder.name
    if due.action == REMOVE:
        _did(command(remove_argv(name, keep_cache=due.builder.keep_cache)), f"The builder {name} could not be removed")
        store.forget(name)
    if due.action in (CREATE, RECREATE):
        _make(due, store, command, context)
    elif due.start:
        _start(due.builder, command, context)
    if due.use:
        _did(command(["docker", "buildx", "use", name]), f"The builder {name} could not be made the current one")


def _make(due: Due, store: Store, command: Runner, context: TaskContext) -> None:
    """The cache is kept: it is in a volume that belongs to the node's name."""
    before = store.asked(due.builder.name)
    if due.action == RECREATE:
        argv = remove_argv(due.builder.name, keep_cache=True)
        _did(command(argv), f"The builder {due.builder.name} could not be made anew")
    try:
        _create(due.builder, store, command)
        if due.start:
            _start(due.builder, command, context)
    except EngineError:
        command(remove_argv(due.builder.name, keep_cache=True))
        store.forget(due.builder.name)
        if before is not None:
            _create(_as_before(due.builder, before), store, command)
        raise


def _as_before(builder: Builder, made_of: t.Mapping[str, t.Any]) -> Builder:
    options = {"name": builder.name, "state": "present", "bootstrap": False, "use": False, "keep_cache": True}
    was = parse([{**options, **made_of}])[0]
    return replace(was, bootstrap=builder.bootstrap)


def _create(builder: Builder, store: Store, command: Runner) -> None:
    store.forget(builder.name)
    config = store.write_config(builder)
    for i, node in enumerate(builder.nodes):
        argv = create_argv(builder, node, first=not i, config=config)
        _did(command(argv), f"The builder {builder.name} could not be made")
    store.remember(builder)


def _start(builder: Builder, command: Runner, context: TaskContext) -> None:
    context.progress(f"starting the builder {builder.name}")
    done = command([*_INSPECT, "--bootstrap", builder.name])
    said = f"The builder {builder.name} could not be started"
    _did(done, said)
    stopped = [node for node in parse_inspected(done.out).nodes if node.status != "running"]
    if stopped:
        raise EngineError(
            f"{said}: {stopped[0].name} is {stopped[0].status}{stopped[0].error and ', ' + stopped[0].error}."
        )


def _did(done: Completed, what: str) -> None:
    if not done.ok:
        raise EngineError(f"{what}: {done.tail(1).replace('ERROR: ', '')}")


def _result(
    dues: t.Sequence[Due], before: t.Mapping[str, t.Any], seen: t.Mapping[str, Completed], context: TaskContext
) -> Result:
    shown = []
    for due in dues:
        inspected = seen[due.builder.name]
        nodes = parse_inspected(inspected.out).nodes if inspected.ok else ()
        shown.append(
            {
                "name": due.builder.name,
                "action": due.action,
                "reason": due.reason,
                "started": due.start,
                "nodes": [node.shown() for node in nodes],
            }
        )
    result: Result = {"changed": any(due.changed for due in dues), "builders": shown}
    if context.diff:
        result["diff"] = [_diff(due, before[due.builder.name]) for due in dues if due.action != NONE]
    return result


def _diff(due: Due, before: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, str]:
    after = None if due.action == REMOVE else due.builder.made_of()
    texts = {"before": _text(before), "after": _text(after)}
    return {**texts, "before_header": f"builder {due.builder.name}", "after_header": f"builder {due.builder.name}"}


def _text(made_of: t.Optional[t.Mapping[str, t.Any]]) -> str:
    return "" if made_of is None else json.dumps(made_of, indent=2, sort_keys=True) + "\n"


_NODE = {
    "name": {"type": "str"},
    "endpoint": {"type": "str"},
    "platforms": {"type": "list", "elements": "str", "default": []},
    "driver_opts": {"type": "dict", "default": {}},
    "buildkitd_flags": {"type": "str"},
}
_BUILDER = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "driver": {"type": "str", "choices": ["docker-container", "remote"], "default": "docker-container"},
    "buildkitd_config": {"type": "str"},
    "nodes": {"type": "list", "elements": "dict", "default": [], "options": _NODE},
    "bootstrap": {"type": "bool", "default": True},
    "use": {"type": "bool", "default": False},
    "keep_cache": {"type": "bool", "default": False},
}
VERB = Verb(
    name="docker_builders",
    run=run,
    spec={
        "argument_spec": {
            "builders": {"type": "list", "elements": "dict", "required": True, "options": _BUILDER},
            "timeout": {"type": "int", "default": 60},
        }
    },
)
