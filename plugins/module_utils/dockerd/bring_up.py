# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine brought to what is wanted, and back to what it was where it does not come up."""

from __future__ import annotations

import shutil
import typing as t
from dataclasses import replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    SlipwayError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api, config
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.decide import Decision, Wish, decide
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.engine_files import Files
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.hold import connections_wait, let_go, published
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.ports import check_free
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import SEARCH_PATH, Service

#: (decision, files) -> the decision that may be carried out; or it refuses.
Guard = t.Callable[[Decision, Files], Decision]


def bring_up(
    params: Params,
    service: Service,
    files: Files,
    context: TaskContext,
    guard: Guard = lambda decision, _files: decision,
) -> Result:
    """Write what differs, let the engine take it, go back if it does not come up."""
    run = service.run
    program = shutil.which(params["command"][0], path=SEARCH_PATH)
    decision = guard(decide(service, _wish(params, files, _installed(run, program))), files)
    enable = not service.prepared()
    check_free(files.before if service.is_up() else {}, files.after)
    if not context.check_mode:
        _check(run, params, program, files.config)
        decision = _enact(service, files, decision, guard)
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


def _wish(params: Params, files: Files, installed: str) -> Wish:
    watched = tuple(map(Path, params["restart_after"]))
    return Wish(files.before, files.after, files.config.path, watched, files.unit_changed, installed)


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


def _enact(service: Service, files: Files, decision: Decision, guard: Guard) -> Decision:
    """The decision as it was carried out: an engine that does not take a new file is restarted."""
    if not files.changed and not decision.due and service.prepared():
        files.remember(files.owned)
        return decision
    # Until the file is there, what was ours and what will be: a run that is killed in between loses neither.
    files.remember(files.owned | files.remembered())
    if service.restart_is_pending():
        let_go(service.run)
    with service.pending():
        for file in files.changed:
            file.write()
        if files.unit is not None and (files.unit_changed or decision.start or decision.restart):
            service.read_units()  # also where a run was killed after it had written one
        if not service.prepared():
            service.prepare()
        if decision.reload:
            decision = _reload(service, files, decision, guard)
        try:
            if decision.restart:
                _restart(service)
            elif decision.start:
                service.start()
        except SlipwayError as exc:
            if not files.changed:
                raise
            raise _put_back(service, files.changed, exc) from exc
    files.remember(files.owned)
    return decision


def _reload(service: Service, files: Files, decision: Decision, guard: Guard) -> Decision:
    """An engine that does not say that it has taken the files must be restarted, where that may be."""
    if _has_taken(service):
        return decision
    reasons = (*decision.reasons, "it did not take them while it ran")
    try:
        return guard(replace(decision, reload=False, restart=True, reasons=reasons), files)
    except SlipwayError:
        for file in files.changed:
            file.put_back()
        _has_taken(service)
        service.settled()
        raise


def _has_taken(service: Service) -> bool:
    try:
        return service.reload_config()
    except TransportError:
        return False


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
