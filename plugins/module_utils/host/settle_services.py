# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `host_services`: units of systemd enabled, running, and not older than the files that they read."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.host import disk, systemd
from ansible_collections.slipway.deploy.plugins.module_utils.host.services import (
    FoundService,
    ServicePlan,
    WantedService,
    parse,
    plan,
)

_SERVICE = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "default": "started", "choices": ["started", "enabled", "absent"]},
    "watch": {"type": "list", "elements": "path", "default": []},
    "put_back": {"type": "bool", "default": False},
}


def settle(params: Params, context: TaskContext) -> Result:
    """One look at all units, then only what is due."""
    run = runner(context.env)
    wanted = parse(params["services"])
    found = systemd.show([service.name for service in wanted], run)
    plans = [plan(w, f, _changed_at(w.watch)) for w, f in zip(wanted, found)]
    due = [p for p in plans if p.actions]
    if not context.check_mode:
        _settle(wanted, found, due, run)
    return {
        "changed": bool(due),
        "services": [{"name": p.name, "actions": list(p.actions), "reasons": list(p.reasons)} for p in plans],
    }


def _settle(
    wanted: t.Sequence[WantedService], found: t.Sequence[FoundService], due: t.Sequence[ServicePlan], run: Runner
) -> None:
    present = [service for service in wanted if not service.absent]
    if any(unit.reload_needed for unit in found) or not all(u.exists or w.absent for w, u in zip(wanted, found)):
        systemd.reload_units(run)
        found = systemd.show([service.name for service in present], run) if present else []
    else:
        found = [unit for service, unit in zip(wanted, found) if not service.absent]
    missing = [service.name for service, unit in zip(present, found) if not unit.exists]
    if missing:
        raise SlipwayError(f"This host has no unit {', '.join(missing)}: install it first.")
    for service in due:
        for action in service.actions:
            _act(action, service, run)


def _act(action: str, service: ServicePlan, run: Runner) -> None:
    """A restart that fails with a new file is tried once more with the old one, and fails all the same."""
    if action == "remove":
        systemd.remove(service.name, run)
        return
    try:
        systemd.act(action, service.name, run)
    except SlipwayError as failed:
        restored = [path for path in service.suspects if disk.put_back(path)] if action == "restart" else []
        if not restored:
            raise
        systemd.reload_units(run)
        again = run(["systemctl", "restart", "--", service.name])
        state = "runs again with it" if again.ok else "does not come up with it either"
        raise SlipwayError(
            f"{service.name} did not come up with a new {', '.join(restored)}: the old one is put back, and the unit"
            f" {state}. {failed.message}"
        ) from failed


def _changed_at(paths: t.Iterable[str]) -> dict[str, float]:
    """The inode's time, not the content's: what was unpacked or renamed into place carries an old one."""
    found = {}
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            found[path] = Path(path).stat().st_ctime
    return found


HOST_SERVICES = Verb(
    name="host_services",
    spec={
        "argument_spec": {
            "services": {"type": "list", "elements": "dict", "required": True, "options": _SERVICE},
        }
    },
    run=settle,
)
