# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `docker_packages`: an engine's packages in the version that is asked for, held there, or gone."""

from __future__ import annotations

import json
import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import read_text, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import api
from ansible_collections.slipway.deploy.plugins.module_utils.packages import plan as planning
from ansible_collections.slipway.deploy.plugins.module_utils.packages.apk import Apk
from ansible_collections.slipway.deploy.plugins.module_utils.packages.apt import Apt
from ansible_collections.slipway.deploy.plugins.module_utils.packages.dnf import Dnf
from ansible_collections.slipway.deploy.plugins.module_utils.packages.manager import Manager

MANAGERS: t.Dict[str, t.Type[Manager]] = {"apt": Apt, "dnf": Dnf, "apk": Apk}
#: The packages that we hold: what an administrator holds stays held.
_OWN_HOLDS = Path("/var/lib/slipway/docker-packages.json")

SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "manager": {"type": "str", "choices": ["apt", "dnf", "apk"], "required": True},
        "engine": {"type": "list", "elements": "str", "required": True},
        "packages": {"type": "list", "elements": "str", "default": []},
        "version": {"type": "str", "default": ""},
        "hold": {"type": "bool", "default": True},
        "allow_downgrade": {"type": "bool", "default": False},
        "keep_containers": {"type": "bool", "default": True},
        "cache_valid_time": {"type": "int", "default": 3600},
        "remove_data": {"type": "list", "elements": "path", "default": []},
        "socket": {"type": "path", "default": "/var/run/docker.sock"},
    },
}


def run(params: Params, context: TaskContext) -> Result:
    if not params["engine"]:
        raise InputError("engine: name the engine's package.")
    manager = MANAGERS[params["manager"]](runner(context.env))
    if params["state"] == "absent":
        return _remove(manager, params, context)
    if params["remove_data"]:
        raise InputError("remove_data: only state: absent removes data. Leave it out.")
    wish = planning.Wish(
        tuple(params["engine"]), tuple(params["packages"]), params["version"], params["allow_downgrade"]
    )
    installed = manager.installed(wish.names)
    plan = planning.Plan({}, before=installed.get(wish.engine[0], ""), after=installed.get(wish.engine[0], ""))
    if not wish.is_met(installed):
        plan = _plan(manager, wish, installed, params["cache_valid_time"], context)
    if plan.action in (planning.UPGRADE, planning.DOWNGRADE):
        _check_containers(plan, params, context)
    if plan.changes and not context.check_mode:
        context.progress(f"{plan.action} {', '.join(plan.targets)}")
        manager.install(plan.targets, downgrade=plan.action == planning.DOWNGRADE)
    pinned = bool(params["version"]) and params["version"] != planning.LATEST
    holds = _settle_holds(manager, wish.engine, wanted=pinned and params["hold"], context=context)
    return {
        "changed": plan.changes or holds,
        "action": plan.action,
        "installed": sorted(plan.targets),
        "version_before": plan.before,
        "version": plan.after,
        "diff": {"before": _shown(plan.targets, installed), "after": _shown(plan.targets, plan.targets)},
    }


def _plan(
    manager: Manager, wish: planning.Wish, installed: t.Mapping[str, str], valid: int, context: TaskContext
) -> planning.Plan:
    """With lists that are young enough; where they lack something, with new ones."""
    age = manager.lists_age()
    if age == float("inf") and context.check_mode:
        # Nothing is known of the sources, and to ask them would write.
        missing = {name: "" for name in wish.names if name not in installed}
        return planning.Plan(missing, planning.INSTALL if wish.engine[0] in missing else planning.NONE)
    fresh = age > valid and not context.check_mode
    if fresh:
        manager.refresh()
    try:
        return planning.plan(wish, installed, _offer(manager, wish))
    except InputError:
        if fresh or context.check_mode:
            raise
    manager.refresh()
    return planning.plan(wish, installed, _offer(manager, wish))


def _offer(manager: Manager, wish: planning.Wish) -> planning.Offer:
    return planning.Offer(manager.versions(wish.names), manager.candidates(wish.engine))


def _check_containers(plan: planning.Plan, params: Params, context: TaskContext) -> None:
    """The package restarts the engine. Without live-restore that ends every container."""
    info = api.info(Path(params["socket"]))
    running = int(info.get("ContainersRunning") or 0)
    if not running or info.get("LiveRestoreEnabled"):
        return
    what = (
        f"{running} containers run on this engine and its live-restore is off: to go from {plan.before} to {plan.after}"
    )
    if params["keep_containers"]:
        raise InputError(
            f"{what} would stop them. Turn live-restore on first (docker_engine does it without a restart), or set"
            " keep_containers: false."
        )
    context.warn(f"{what} stops them.")


def _settle_holds(manager: Manager, names: t.Sequence[str], *, wanted: bool, context: TaskContext) -> bool:
    held = manager.held(names)
    ours = set(json.loads(read_text(_OWN_HOLDS) or "[]"))
    add = [name for name in names if name not in held] if wanted else []
    drop = [] if wanted else sorted(held & ours)
    if context.check_mode or not (add or drop):
        return bool(add or drop)
    if add:
        _note_holds(ours | set(add))
        manager.hold(add)
    if drop:
        manager.unhold(drop)
        _note_holds(ours - set(drop))
    return True


def _note_holds(names: t.AbstractSet[str]) -> None:
    _OWN_HOLDS.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(_OWN_HOLDS, json.dumps(sorted(names)) + "\n", 0o644)


def _remove(manager: Manager, params: Params, context: TaskContext) -> Result:
    names = [*params["engine"], *params["packages"]]
    installed = manager.installed(names)
    data = [path for path in map(Path, params["remove_data"]) if path.is_dir() and any(path.iterdir())]
    if not context.check_mode:
        if installed:
            api.stop_all(Path(params["socket"]))
            manager.remove(sorted(installed))
        for path in data:
            _empty(path)
    if not context.check_mode and _OWN_HOLDS.exists():
        _note_holds(set(json.loads(read_text(_OWN_HOLDS) or "[]")) - set(names))
    return {
        "changed": bool(installed or data),
        "action": "remove" if installed else planning.NONE,
        "installed": [],
        "version_before": installed.get(params["engine"][0], ""),
        "version": "",
        "diff": {"before": _shown(installed, installed), "after": ""},
    }


def _empty(path: Path) -> None:
    """The folder itself may be a disk of its own."""
    for child in path.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _shown(names: t.Iterable[str], versions: t.Mapping[str, str]) -> str:
    return "".join(f"{name} {versions[name]}".rstrip() + "\n" for name in sorted(names) if name in versions)


VERB = Verb(name="docker_packages", spec=SPEC, run=run)
