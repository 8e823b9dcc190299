# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of docker_engine: the engine runs, with this configuration."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    SlipwayError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import config
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import (
    SEARCH_PATH,
    DetachedService,
    Service,
    SystemdService,
)
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.stop import stop_own

ARGUMENTS: t.Dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["running", "stopped"], "default": "running"},
    "options": {"type": "dict", "default": {}},
    "config_file": {"type": "path", "default": "/etc/docker/daemon.json"},
    "service": {"type": "str", "choices": ["systemd", "detached"], "default": "systemd"},
    "command": {"type": "list", "elements": "str", "default": ["dockerd"]},
    "log_file": {"type": "path", "default": "/var/log/dockerd.log"},
    "socket": {"type": "path", "default": "/var/run/docker.sock"},
    "restart_after": {"type": "list", "elements": "path", "default": []},
    "wait_timeout": {"type": "int", "default": 60},
}


def configure(params: Params, context: TaskContext) -> Result:
    """Write the configuration if it differs, (re)start the engine if it needs that, go back if it does not come up."""
    if params["state"] == "stopped":
        return stop_own(_service(params, runner()), runner(), check_mode=context.check_mode)
    path = Path(params["config_file"])
    before = read_text(path)
    after = config.render(params["options"])
    rewrite = not config.same(before, params["options"])
    run = runner()
    service = _service(params, run)
    restart = service.is_up() and (rewrite or _outdated(service, [path, *map(Path, params["restart_after"])]))
    start = not restart and not service.is_up()
    enable = not service.prepared()
    if not context.check_mode:
        _check(run, params, after if rewrite else None)
        _enact(service, path, after if rewrite else None, start=start, restart=restart)
    result: Result = {"changed": rewrite or restart or start or enable, "restarted": restart, "started": start}
    if rewrite and context.diff:
        result["diff"] = config.diff(str(path), before, after)
    return result


def _service(params: Params, run: Runner) -> Service:
    pid_file = Path(params["options"].get("pidfile", "/var/run/docker.pid"))
    common = (run, Path(params["socket"]), pid_file, float(params["wait_timeout"]))
    if params["service"] == "systemd":
        return SystemdService(*common)
    return DetachedService(*common, command=params["command"], log_file=Path(params["log_file"]))


def _outdated(service: Service, paths: t.Iterable[Path]) -> bool:
    """A run that was killed between the file and the restart is made good by the next one."""
    return any(service.older_than(path) for path in paths)


def _check(run: Runner, params: Params, text: t.Optional[str]) -> None:
    """The engine's own opinion of the file, before it replaces the old one (engines before 23.0 have none)."""
    program = shutil.which(params["command"][0], path=SEARCH_PATH)
    if program is None:
        raise MissingDependencyError(f"{params['command'][0]}: there is no Docker engine on this host. Install it.")
    if text is None or "--validate" not in run([program, "--help"]).out:
        return
    candidate = Path(params["config_file"]).with_name(".daemon.json.check")
    candidate.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(candidate, text)
    try:
        done = run([program, "--validate", "--config-file", str(candidate)])
    finally:
        candidate.unlink()
    if not done.ok:
        said = config.reason(done.err or done.out).replace(str(candidate), params["config_file"])
        raise InputError(f"options: the engine refuses this configuration: {said}. Nothing changed.")


def _enact(service: Service, path: Path, text: t.Optional[str], *, start: bool, restart: bool) -> None:
    before = read_text(path)
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text, 0o644)
    if not service.prepared():
        service.prepare()
    try:
        if restart:
            service.restart()
        elif start:
            service.start()
    except SlipwayError as exc:
        if text is None:
            raise
        raise _put_back(service, path, before, exc) from exc


def _put_back(service: Service, path: Path, before: t.Optional[str], failure: SlipwayError) -> SlipwayError:
    """The old file again and the engine on it; the error to raise says both why and what runs now."""
    if before is None:
        path.unlink()
    else:
        write_atomic(path, before, 0o644)
    try:
        service.restart()
    except SlipwayError as exc:
        return SlipwayError(f"{failure.message} The old {path} is back, but: {exc.message}")
    return SlipwayError(f"{failure.message} The old {path} is back and the engine runs on it.")


VERB = Verb(name="docker_engine", spec={"argument_spec": ARGUMENTS}, run=configure, hide=("options",))
