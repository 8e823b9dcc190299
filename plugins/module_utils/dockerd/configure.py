# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of docker_engine: the engine runs, with this configuration."""

from __future__ import annotations

import shutil
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    SlipwayError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api, config
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile, found
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.decide import Decision, Wish, decide
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.hold import connections_wait, let_go, published
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.merge import (
    Owned,
    merged,
    note,
    owned_by,
    parse,
    remembered,
)
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.openrc_service import OpenRcService
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.ports import check_free
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import (
    SEARCH_PATH,
    DetachedService,
    Service,
)
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.stop import stop_own
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.systemd_service import DROP_IN, SystemdService

ARGUMENTS: t.Dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["running", "stopped"], "default": "running"},
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


@dataclass(frozen=True)
class Files:
    """What is to lie on the disk, and as data what the engine's file held and will hold."""

    config: ConfigFile
    drop_in: t.Optional[ConfigFile]
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    owned: Owned

    @property
    def changed(self) -> t.List[ConfigFile]:
        return [file for file in (self.config, self.drop_in) if file is not None and file.changed]


def configure(params: Params, context: TaskContext) -> Result:
    """Write what differs, let the engine take it, go back if it does not come up."""
    run = runner()
    service = _service(params, run)
    if params["state"] == "stopped":
        return stop_own(service, run, check_mode=context.check_mode)
    files = _files(params)
    program = shutil.which(params["command"][0], path=SEARCH_PATH)
    decision = decide(service, _wish(params, files, _installed(run, program)))
    enable = not service.prepared()
    check_free(files.before if service.is_up() else {}, files.after)
    if not context.check_mode:
        _check(run, params, program, files.config)
        decision = _enact(service, files, decision, _note(params))
    result: Result = {
        "changed": bool(files.changed) or decision.due or enable,
        "restarted": decision.restart,
        "reloaded": decision.reload,
        "started": decision.start,
        "reasons": list(decision.reasons),
    }
    if files.changed and context.diff:
        result["diff"] = [file.diff() for file in files.changed]
    return result


def _files(params: Params) -> Files:
    path = Path(params["config_file"])
    text = read_text(path)
    options = params["options"]
    if params["merge"]:
        before = parse(text, str(path))
        after = merged(before, options, remembered(read_text(_note(params))))
    else:
        before, after = config.lenient(text), dict(options)
    wanted = text if config.same(text, after) else config.render(after)
    return Files(found(path, wanted), _drop_in(params), before, after, owned_by(options))


def _drop_in(params: Params) -> t.Optional[ConfigFile]:
    if params["drop_in"] is None:
        return None
    if params["service"] != "systemd":
        raise InputError("drop_in: only systemd reads it, and it does not run here. Leave it out.")
    return found(Path(DROP_IN), params["drop_in"] or None)


def _note(params: Params) -> Path:
    """Which keys of the file are ours."""
    return Path(params["config_file"]).with_name(".daemon.json.slipway")


def _remember(note_file: Path, owned: Owned) -> None:
    if read_text(note_file) != note(owned):
        note_file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(note_file, note(owned))


def _wish(params: Params, files: Files, installed: str) -> Wish:
    return Wish(
        files.before,
        files.after,
        files.config.path,
        tuple(map(Path, params["restart_after"])),
        files.drop_in is not None and files.drop_in.changed,
        installed,
    )


def _service(params: Params, run: Runner) -> Service:
    pid_file = Path(params["options"].get("pidfile", "/var/run/docker.pid"))
    common = (run, Path(params["socket"]), pid_file, float(params["wait_timeout"]))
    if params["service"] == "systemd":
        return SystemdService(*common)
    if params["service"] == "openrc":
        return OpenRcService(*common)
    return DetachedService(*common, command=params["command"], log_file=Path(params["log_file"]))


def _installed(run: Runner, program: t.Optional[str]) -> str:
    done = run([program, "--version"]) if program else None
    return done.out if done and done.ok else ""


def _check(run: Runner, params: Params, program: t.Optional[str], file: ConfigFile) -> None:
    """The engine's own opinion of the file, before it replaces the old one (engines before 23.0 have none)."""
    if program is None:
        raise MissingDependencyError(f"{params['command'][0]}: there is no Docker engine on this host. Install it.")
    if not file.changed or "--validate" not in run([program, "--help"]).out:
        return
    candidate = file.path.with_name(".daemon.json.check")
    candidate.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(candidate, file.after or "")
    try:
        done = run([program, "--validate", "--config-file", str(candidate)])
    finally:
        candidate.unlink()
    if not done.ok:
        said = config.reason(done.err or done.out).replace(str(candidate), params["config_file"])
        raise InputError(f"options: the engine refuses this configuration: {said}. Nothing changed.")


def _enact(service: Service, files: Files, decision: Decision, note_file: Path) -> Decision:
    """The decision as it was carried out: an engine that does not take a new file is restarted."""
    if not files.changed and not decision.due and service.prepared():
        _remember(note_file, files.owned)
        return decision
    # Until the file is there, what was ours and what will be: a run that is killed in between loses neither.
    _remember(note_file, files.owned | remembered(read_text(note_file)))
    if service.restart_is_pending():
        let_go(service.run)
    with service.pending():
        for file in files.changed:
            file.write()
        if files.drop_in is not None and files.drop_in.changed:
            service.read_units()
        if not service.prepared():
            service.prepare()
        try:
            if decision.reload and not service.reload_config():
                decision = replace(decision, reload=False, restart=True)
            if decision.restart:
                _restart(service)
            elif decision.start:
                service.start()
        except SlipwayError as exc:
            if not files.changed:
                raise
            raise _put_back(service, files.changed, exc) from exc
    _remember(note_file, files.owned)
    return decision


def _restart(service: Service) -> None:
    """Where containers go on running meanwhile, nobody who asks them is refused."""
    lives_on = api.info(service.socket_path).get("LiveRestoreEnabled")
    ports = published(api.containers(service.socket_path)) if lives_on else []
    with connections_wait(service.run, ports):
        service.restart()


def _put_back(service: Service, files: t.Sequence[ConfigFile], failure: SlipwayError) -> SlipwayError:
    """The old files again and the engine on them; the error to raise says both why and what runs now."""
    for file in files:
        file.put_back()
    names = " and ".join(str(file.path) for file in files)
    be = "is" if len(files) == 1 else "are"
    try:
        service.read_units()
        service.restart()
    except SlipwayError as exc:
        return SlipwayError(f"{failure.message} The old {names} {be} back, but: {exc.message}")
    service.settled()
    return SlipwayError(f"{failure.message} The old {names} {be} back and the engine runs on it.")


VERB = Verb(name="docker_engine", spec={"argument_spec": ARGUMENTS}, run=configure, hide=("options", "drop_in"))
