# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must happen to the engine so that it runs with what is wanted, and why."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import reload
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import Service


@dataclass(frozen=True)
class Decision:
    """At most one of the three; `reasons` for the person who watches."""

    start: bool = False
    restart: bool = False
    reload: bool = False
    reasons: t.Tuple[str, ...] = ()

    @property
    def due(self) -> bool:
        return self.start or self.restart or self.reload


@dataclass(frozen=True)
class Wish:
    """`before`, `after`: the configuration file as data. `watched`: files that are read at the start only."""

    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    config: Path
    watched: t.Tuple[Path, ...] = ()
    drop_in_changed: bool = False
    #: `dockerd --version` of the program that would start now.
    installed: str = ""


def decide(service: Service, wish: Wish) -> Decision:
    if not service.is_up():
        return Decision(start=True, reasons=("it does not run",))
    keys = reload.differing(wish.before, wish.after)
    version = service.version()
    must = _restart_reasons(service, wish, version)
    if keys and (must or not reload.can_reload(wish.before, wish.after, reload.version_of(version))):
        return Decision(restart=True, reasons=(*must, f"changed options: {', '.join(keys)}"))
    if must:
        return Decision(restart=True, reasons=must)
    if keys:
        return Decision(reload=True, reasons=(f"changed options: {', '.join(keys)}",))
    return Decision()


def _restart_reasons(service: Service, wish: Wish, version: str) -> t.Tuple[str, ...]:
    """What is not in the files' difference: a run that was killed before its restart is made good by the next one."""
    found = []
    if wish.drop_in_changed:
        found.append("its unit changed")
    if service.restart_is_pending():
        found.append("an earlier run ended before its restart")
    found += [f"older than {path}" for path in (wish.config, *wish.watched) if service.older_than(path)]
    running, installed = reload.version_of(version), reload.version_of(wish.installed)
    if running and installed and running != installed:
        found.append(f"it runs {_dotted(running)}, and {_dotted(installed)} is installed")
    return tuple(found)


def _dotted(version: reload.Version) -> str:
    return ".".join(map(str, version))
