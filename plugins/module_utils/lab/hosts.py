# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `lab_hosts`: containers that are hosts, made, started, named and reachable over SSH, or gone."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.lab import capabilities, names, network, plan, ssh
from ansible_collections.slipway.deploy.plugins.module_utils.lab.engine import Container, Engine
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host, Lab, labels, run_arguments

_POLL = 0.3


@dataclass
class Work:
    """What one run of the verb carries along."""

    lab: Lab
    engine: Engine
    run: Runner
    key: Path
    known_hosts: Path
    nameservers: t.Tuple[str, ...]
    context: TaskContext
    deadline: float
    lock: Lock = field(default_factory=Lock)

    def bring_up(self, host: Host, container: t.Optional[Container]) -> str:
        """Returns what was done (in check mode: what would be)."""
        action = plan.action_for(self.lab, host, container)
        if action == plan.UNCHANGED:
            if self._is_as_wanted(self._probe(host), host):
                return action
            action = plan.REPAIRED
        if not self.context.check_mode:
            self._carry_out(action, host, container)
            self._introduce(host)
            self._await_login(host)
            self.context.progress(f"{host.name} {action}, answers at {host.address}")
        return action

    def _carry_out(self, action: str, host: Host, container: t.Optional[Container]) -> None:
        name = self.lab.container(host.name)
        if action == plan.RECREATED:
            self.engine.remove(name)
        if action in (plan.CREATED, plan.RECREATED):
            options = [*labels(self.lab, host), *run_arguments(self.lab, host)]
            self.engine.call("run", "--detach", *options, self.lab.image)
        if action == plan.STARTED:
            self.engine.call(plan.waking_command(container), name)

    def _introduce(self, host: Host) -> None:
        """Give the host our key and the names of the others, and learn its key: by the engine, for SSH cannot yet."""
        name = self.lab.container(host.name)
        put, read = self.engine.put_file, self.engine.read_file
        put(name, "/root/.ssh/authorized_keys", self.key.with_name(self.key.name + ".pub").read_text(encoding="utf-8"))
        put(name, "/etc/hosts", names.hosts_file(read(name, "/etc/hosts"), self.lab.hosts))
        if self.nameservers:
            put(name, "/etc/resolv.conf", names.resolv_conf(self.nameservers))
        host_key = self._eventually(lambda: read(name, "/etc/ssh/ssh_host_ed25519_key.pub"))
        with self.lock:
            ssh.remember_host(self.known_hosts, host, host_key)

    def _eventually(self, read: t.Callable[[], str]) -> str:
        """The host makes its key as it boots."""
        while True:
            try:
                text = read()
                if text.strip():
                    return text
            except SlipwayError:
                if time.monotonic() > self.deadline:
                    raise
            time.sleep(_POLL)

    def _probe(self, host: Host) -> Completed:
        return ssh.probe(self.run, host, self.key, self.known_hosts)

    def _is_as_wanted(self, probe: Completed, host: Host) -> bool:
        if not probe.ok:
            return False
        hosts_file, resolv_conf = ssh.read_probe(probe.out)
        if hosts_file != names.hosts_file(hosts_file, self.lab.hosts):
            return False
        return not self.nameservers or resolv_conf == names.resolv_conf(self.nameservers)

    def _await_login(self, host: Host) -> None:
        while True:
            probe = self._probe(host)
            if self._is_as_wanted(probe, host):
                return
            if time.monotonic() > self.deadline:
                name = self.lab.container(host.name)
                raise SlipwayError(
                    f"The lab's host '{host.name}' does not let us in over SSH at {host.address}: {probe.tail(3)}. "
                    f"'docker logs {name}' and 'docker exec {name} journalctl -u ssh' say more."
                )
            time.sleep(_POLL)


def run(params: Params, context: TaskContext) -> Result:
    """Make the lab's containers what is asked for."""
    command = runner(context.env)
    engine = Engine(command)
    if params["state"] == "absent":
        return _remove_lab(engine, params, context)
    lab = _lab(params)
    plan.check(lab)
    containers = engine.containers(lab.name)
    work = _work(params, context, lab, engine, command)
    changed = network.ensure(engine, lab, context.check_mode)
    changed = _ensure_keys(work) or changed
    removed = _remove(engine, plan.surplus(lab, containers), context)
    with ThreadPoolExecutor(max_workers=max(1, len(lab.hosts))) as pool:
        actions = list(pool.map(lambda host: work.bring_up(host, containers.get(host.name)), lab.hosts))
    if any(action not in (plan.UNCHANGED, plan.REPAIRED) for action in actions) and not context.check_mode:
        ssh.forget_connections(Path(params["control_path_dir"]).expanduser())
    hosts = [{"name": h.name, "address": h.address, "action": a} for h, a in zip(lab.hosts, actions)]
    changed = changed or bool(removed) or any(action != plan.UNCHANGED for action in actions)
    return {"changed": changed, "hosts": hosts + removed}


def _ensure_keys(work: Work) -> bool:
    if work.context.check_mode:
        return not work.key.exists()
    work.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
            "volumes": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 60},
        },
        "required_if": [("state", "present", ["hosts", "image", "subnet", "key_file"])],
    },
    run=run,
)
