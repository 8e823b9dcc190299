# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of docker_engine: the engine runs, with this configuration."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.bring_up import bring_up
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile, found
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import engine_files
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.openrc_service import OpenRcService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import DetachedService, Service
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.stop import disable, stop_own
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import DROP_IN, SystemdService

ARGUMENTS: t.Dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["running", "stopped", "disabled"], "default": "running"},
    "options": {"type": "dict", "default": {}},
    "merge": {"type": "bool", "default": True},
    "config_file": {"type": "path", "default": "/etc/docker/daemon.json"},
    "drop_in": {"type": "str"},
    "service": {"type": "str", "choices": ["systemd", "openrc", "detached"], "default": "systemd"},
    "command": {"type": "list", "elements": "str", "default": ["dockerd"]},
    "log_file": {"type": "path", "default": "/var/log/dockerd.log"},
    "socket": {"type": "path", "default": "/var/run/docker.sock"},
    "restart_after": {"type": "list", "elements": "path", "default": []},
    "wait_timeout": {"type": "int", "default": 60},
}


def configure(params: Params, context: TaskContext) -> Result:
    """The engine as `state` has it."""
    run = runner()
    service = _service(params, run)
    if params["state"] == "stopped":
        return stop_own(service, run, check_mode=context.check_mode)
    if params["state"] == "disabled":
        return disable(service, check_mode=context.check_mode)
    return bring_up(params, service, engine_files(params, _drop_in(params)), context)


def _drop_in(params: Params) -> t.Optional[ConfigFile]:
    if params["drop_in"] is None:
        return None
    if params["service"] != "systemd":
        raise InputError("drop_in: only systemd reads it, and it does not run here. Leave it out.")
    return found(Path(DROP_IN), params["drop_in"] or None)


def _service(params: Params, run: Runner) -> Service:
    pid_file = Path(params["options"].get("pidfile", "/var/run/docker.pid"))
    common = (run, Path(params["socket"]), pid_file, float(params["wait_timeout"]))
    if params["service"] == "systemd":
        return SystemdService(*common)
    if params["service"] == "openrc":
        return OpenRcService(*common)
    return DetachedService(*common, command=params["command"], log_file=Path(params["log_file"]))


VERB = Verb(name="docker_engine", spec={"argument_spec": ARGUMENTS}, run=configure, hide=("options", "drop_in"))
