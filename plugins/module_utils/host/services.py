# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be done so that systemd's units are as wanted. Pure.

A unit is restarted when a file that it reads is younger than its process. A handler would forget the restart when the
run is killed between the file and the handler; a comparison with what runs does not.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_ENABLED = frozenset({"enabled", "enabled-runtime", "static", "alias", "indirect", "generated"})
_RUNNING = frozenset({"active", "reloading", "activating"})


@dataclass(frozen=True)
class WantedService:
    """A unit. `start`: we start it. `absent`: it goes, with its file.

    `put_back`: when it does not come up with a new file, it gets the old one again.
    """

    name: str
    start: bool = True
    watch: tuple[str, ...] = ()
    put_back: bool = False
    absent: bool = False


@dataclass(frozen=True)
class FoundService:
    """A unit as `systemctl show` tells it. `since`: wall clock of its process's start."""

    exists: bool = False
    active: str = "inactive"
    enabled: str = ""
    since: float | None = None
    reload_needed: bool = False

    @property
    def running(self) -> bool:
        return self.active in _RUNNING


@dataclass(frozen=True)
class ServicePlan:
    """The verbs for systemctl, in order; empty where nothing must happen."""

    name: str
    actions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = field(default=())
    #: Files to put back when the restart fails.
    suspects: tuple[str, ...] = field(default=())


def parse(items: t.Sequence[t.Mapping[str, t.Any]]) -> list[WantedService]:
    services = [
        WantedService(
            item["name"],
            item["state"] == "started",
            tuple(item["watch"] or ()),
            bool(item["put_back"]),
            item["state"] == "absent",
        )
        for item in items
    ]
    for service in services:
        if "." not in service.name:
            raise InputError(f"services: write '{service.name}' with its suffix, such as '{service.name}.service'.")
    return services


def plan(wanted: WantedService, found: FoundService, changed_at: t.Mapping[str, float]) -> ServicePlan:
    """`changed_at`: when each watched file that exists was last put in place."""
    if wanted.absent:
        return ServicePlan(wanted.name, ("remove",), ("not wanted",)) if found.exists else ServicePlan(wanted.name)
    actions, reasons = [], []
    if found.enabled not in _ENABLED:
        actions.append("enable")
        reasons.append("not enabled")
    if not found.running:
        if wanted.start:
            actions.append("start")
            reasons.append("not running")
        return ServicePlan(wanted.name, tuple(actions), tuple(reasons))
    stale = _younger_than(found.since, wanted.watch, changed_at)
    if stale:
        actions.append("restart")
        reasons.append("older than " + ", ".join(stale))
    return ServicePlan(wanted.name, tuple(actions), tuple(reasons), tuple(stale) if wanted.put_back else ())


def _younger_than(since: float | None, watch: t.Iterable[str], changed_at: t.Mapping[str, float]) -> list[str]:
    if since is None:
        return []
    return [path for path in watch if changed_at.get(path, 0.0) > since]
