# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings one host of a lab up: its container made or started, introduced to the others, reachable over SSH."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.lab import names, plan, ssh
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
