# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `lab_hosts`: containers that are hosts, made, started, named and reachable over SSH, or gone."""

from __future__ import annotations

import contextlib
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.lab import capabilities, kernel, names, network, plan, ssh
from ansible_collections.slipway.deploy.plugins.module_utils.lab.bring_up import Work
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Container, Engine
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host, Lab

_LOCK_WAIT = 300.0


def run(params: Params, context: TaskContext) -> Result:
    """Make the lab's containers what is asked for."""
    command = runner(context.env)
    engine = Engine(command)
    with _lock(params, context):
        if params["state"] == "absent":
            return _remove_lab(engine, params, context)
        lab = _lab(params)
        plan.check(lab)
        raised = kernel.raise_limits(params["kernel_limits"], context)
        work = _work(params, context, lab, engine, command)
        result = _bring_up(work, Path(params["control_path_dir"]).expanduser())
        return {**result, "changed": result["changed"] or raised}


def _lock(params: Params, context: TaskContext) -> t.ContextManager[None]:
    """One run at a time, also against the worker of a killed one. Nothing to lock where there was no lab yet."""
    directory = Path(params["key_file"] or "/nonexistent").expanduser().parent
    if context.check_mode or (params["state"] == "absent" and not directory.is_dir()):
        return contextlib.nullcontext()
    lock = directory / ".lock"
    return exclusive(lock, f"the lab '{params['name']}'", wait=_LOCK_WAIT, progress=context.progress)


def _bring_up(work: Work, control_path_dir: Path) -> Result:
    lab, engine, check_mode = work.lab, work.engine, work.context.check_mode
    containers = engine.containers(lab.name)
    changed = network.ensure(engine, lab, check_mode)
    changed = _ensure_keys(work) or changed
    removed = _remove(engine, plan.surplus(lab, containers), work.context)
    with ThreadPoolExecutor(max_workers=max(1, len(lab.hosts))) as pool:
        actions = list(pool.map(lambda host: work.bring_up(host, containers.get(host.name)), lab.hosts))
    if any(action not in (plan.UNCHANGED, plan.REPAIRED) for action in actions) and not check_mode:
        ssh.forget_connections(control_path_dir)
    hosts = [{"name": h.name, "address": h.address, "action": a} for h, a in zip(lab.hosts, actions)]
    changed = changed or bool(removed) or any(action != plan.UNCHANGED for action in actions)
    return {"changed": changed, "hosts": hosts + removed}


def _ensure_keys(work: Work) -> bool:
    if work.context.check_mode:
        return not work.key.exists()
    return ssh.ensure_key(work.run, work.key)


def _remove_lab(engine: Engine, params: Params, context: TaskContext) -> Result:
    if not engine.answers():
        return {"changed": False, "hosts": []}
    removed = _remove(engine, engine.containers(params["name"]).values(), context)
    changed = network.remove(engine, params["network"], params["name"], context.check_mode)
    return {"changed": changed or bool(removed), "hosts": removed}


def _remove(engine: Engine, containers: t.Iterable[Container], context: TaskContext) -> t.List[t.Dict[str, str]]:
    removed = []
    for container in containers:
        if not context.check_mode:
            engine.remove(container.name)
        removed.append({"name": container.host, "action": plan.REMOVED})
    return removed


def _lab(params: Params) -> Lab:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return Lab(
        name=params["name"],
        network=params["network"],
        subnet=params["subnet"],
        image=params["image"],
        hosts=tuple(Host(h["name"], h["address"], h["memory"]) for h in params["hosts"]),
        capabilities=tuple(params["capabilities"]) or capabilities.from_status(status),
        volumes=tuple(params["volumes"]),
    )


def _work(params: Params, context: TaskContext, lab: Lab, engine: Engine, command: Runner) -> Work:
    servers = params["nameservers"] or _machine_nameservers()
    key = Path(params["key_file"]).expanduser().absolute()
    return Work(
        lab=lab,
        engine=engine,
        run=command,
        key=key,
        known_hosts=key.with_name("known_hosts"),
        nameservers=tuple(servers),
        context=context,
        deadline=time.monotonic() + params["wait_timeout"],
    )


def _machine_nameservers() -> t.List[str]:
    """The machine's own; where it asks a resolver on its loopback (systemd-resolved), that one's."""
    for path in (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf")):
        if path.is_file():
            servers = names.nameservers(path.read_text(encoding="utf-8"))
            if servers:
                return servers
    return []


VERB = Verb(
    name="lab_hosts",
    spec={
        "argument_spec": {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "hosts": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    "name": {"type": "str", "required": True},
                    "address": {"type": "str", "required": True},
                    "memory": {"type": "str"},
                    "groups": {"type": "list", "elements": "str", "default": []},
                    "vars": {"type": "dict", "default": {}},
                },
            },
            "image": {"type": "str"},
            "network": {"type": "str", "required": True},
            "subnet": {"type": "str"},
            "key_file": {"type": "path"},
            "control_path_dir": {"type": "path", "default": "~/.ansible/cp"},
            "nameservers": {"type": "list", "elements": "str", "default": []},
            "capabilities": {"type": "list", "elements": "str", "default": []},
            "kernel_limits": {"type": "dict", "default": {}},
            "volumes": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 60},
        },
        "required_if": [("state", "present", ["hosts", "image", "subnet", "key_file"])],
    },
    run=run,
)
